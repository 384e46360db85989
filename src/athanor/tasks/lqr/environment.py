"""Linear-quadratic regulation as an environment: x' = a x + b u with a hidden b, at a cost of x² + weight · u²."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.environment import Box, Transition

WIDEST = math.sqrt(3)  # a uniform start within ± this has variance 1


class Gain(NamedTuple):
    """The task: how the input acts."""

    b: Float[Array, ""]


class State(NamedTuple):
    """The system; x is observed, and time is not."""

    x: Float[Array, ""]
    time: Int[Array, ""]  # steps since the start of the episode


@dataclass(frozen=True)
class Lqr:
    """The rules: b is uniform over an interval, the start uniform with mean 0 and variance 1, nothing else is random.

    The input is bounded, far above what gains need that keep the system bounded.
    """

    a: float = 1.2
    low: float = 0.2  # of b
    high: float = 1.8
    weight: float = 1.0  # of the squared input in the cost
    steps: int = 20  # of an episode
    bound: float = 20.0  # of the input

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("a", 0 < abs(self.a) <= 2, "from -2 to 2 and not 0"),
            ("low", 0 < self.low < math.inf, "more than 0 and finite"),
            ("high", self.low < self.high <= 10, "more than low and at most 10"),
            ("weight", 0 < self.weight < math.inf, "more than 0 and finite"),
            ("steps", 1 <= self.steps <= 1000, "from 1 to 1000"),
            ("bound", 0 < self.bound < math.inf, "more than 0 and finite"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def observation(self) -> Box:
        """Return the space of observations: x, which is not bounded."""
        return Box((-math.inf,), (math.inf,))

    @property
    def action(self) -> Box:
        """Return the space of actions: the input."""
        return Box((-self.bound,), (self.bound,))

    @property
    def description(self) -> Box:
        """Return the space of descriptions: b."""
        return Box((self.low,), (self.high,))

    def sample_task(self, key: PRNGKeyArray) -> Gain:
        """Draw b."""
        return Gain(jax.random.uniform(key, (), jnp.float32, self.low, self.high))

    def reset(self, task: Gain, key: PRNGKeyArray) -> State:
        """Start an episode."""
        del task
        return State(jax.random.uniform(key, (), jnp.float32, -WIDEST, WIDEST), jnp.int32(0))

    def step(
        self, task: Gain, state: State, action: Float[Array, "1"], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Pay for state and input, then move."""
        del key  # nothing is random
        ended = state.time >= self.steps
        u = jnp.clip(action[0], -self.bound, self.bound)
        cost = state.x**2 + self.weight * u**2
        moved = State(self.a * state.x + task.b * u, state.time + 1)
        following = jax.tree.map(lambda new, old: jnp.where(ended, old, new), moved, state)
        return following, Transition(jnp.where(ended, 0.0, -cost), following.time >= self.steps)

    def observe(self, task: Gain, state: State) -> Float[Array, "1"]:
        """Return x."""
        del task  # b is hidden
        return state.x[None]

    def describe(self, task: Gain) -> Float[Array, "1"]:
        """Return b."""
        return task.b[None]

    def expert(self, task: Gain, state: State) -> Float[Array, "1"]:
        """Apply the best input, by Riccati's recursion over the steps left."""

        def back(value: Float[Array, ""], _: None) -> tuple[Float[Array, ""], Float[Array, ""]]:
            gain = self.a * task.b * value / (self.weight + task.b**2 * value)
            return 1.0 + self.weight * self.a**2 * value / (self.weight + task.b**2 * value), gain

        _, gains = jax.lax.scan(back, jnp.float32(0), None, length=self.steps)  # by steps left, from 1
        gain = gains[jnp.clip(self.steps - 1 - state.time, 0, self.steps - 1)]
        return jnp.clip(-gain * state.x, -self.bound, self.bound)[None]


SETTINGS: dict[str, Lqr] = {"0.2_1.8": Lqr(), "0.5_1.5": Lqr(low=0.5, high=1.5)}
