"""Point navigation as an environment: a point goes to a hidden goal, and pays its distance at every step.

The game of Finn, Abbeel and Levine (2017), part 5.3, with the constants of their released code.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Transition


class Goal(NamedTuple):
    """The task: where to go."""

    place: Float[Array, "2"]


class State(NamedTuple):
    """Where the point is; fully observed but for whether the episode is over."""

    position: Float[Array, "2"]
    time: Int[Array, ""]  # steps since the start of the episode


@dataclass(frozen=True)
class PointNavigation:
    """The rules: goals are uniform over a square about the start, and each coordinate moves by a bounded step.

    A step is paid minus the distance to the goal after it. An episode ends where both coordinates are within `near` of
    the goal's after a step, and with its last step.
    """

    half: float = 0.5  # of the side of the square of goals
    stride: float = 0.1  # greatest change of a coordinate in a step
    near: float = 0.01
    steps: int = 100  # of an episode

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("half", 0 < self.half < math.inf, "more than 0 and finite"),
            ("stride", 0 < self.stride < math.inf, "more than 0 and finite"),
            ("near", 0 <= self.near < self.half, "at least 0 and less than half"),
            ("steps", 1 <= self.steps <= 10_000, "from 1 to 10000"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def observation(self) -> Box:
        """Return the space of observations: the position, as far as steps lead."""
        reach = self.stride * self.steps
        return Box((-reach, -reach), (reach, reach))

    @property
    def action(self) -> Box:
        """Return the space of actions: how to move; what is longer than a stride is clipped."""
        return Box((-self.stride,) * 2, (self.stride,) * 2)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the goal."""
        return Box((-self.half,) * 2, (self.half,) * 2)

    def sample_task(self, key: PRNGKeyArray) -> Goal:
        """Draw a goal."""
        return Goal(jax.random.uniform(key, (2,), jnp.float32, -self.half, self.half))

    def reset(self, task: Goal, key: PRNGKeyArray) -> State:
        """Start an episode in the middle."""
        del task, key  # the start is fixed
        return State(jnp.zeros(2, jnp.float32), jnp.int32(0))

    def step(
        self, task: Goal, state: State, action: Float[Array, "2"], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move, then pay the distance."""
        del key  # nothing is random
        ended = self.ended(task, state)
        moved = State(state.position + jnp.clip(action, -self.stride, self.stride), state.time + 1)
        following = jax.tree.map(lambda new, old: jnp.where(ended, old, new), moved, state)
        reward = -jnp.linalg.norm(following.position - task.place)
        return following, Transition(jnp.where(ended, 0.0, reward), self.ended(task, following))

    def ended(self, task: Goal, state: State) -> Bool[Array, ""]:
        """Return whether the episode is over; a start near the goal does not count."""
        arrived = jnp.all(jnp.abs(state.position - task.place) < self.near) & (state.time > 0)
        return arrived | (state.time >= self.steps)

    def observe(self, task: Goal, state: State) -> Float[Array, "2"]:
        """Return the position."""
        del task  # the goal is hidden
        return state.position

    def describe(self, task: Goal) -> Float[Array, "2"]:
        """Return the goal."""
        return task.place

    def expert(self, task: Goal, state: State) -> Float[Array, "2"]:
        """Move every coordinate towards the goal as far as it can."""
        return jnp.clip(task.place - state.position, -self.stride, self.stride)


SETTINGS: dict[str, PointNavigation] = {"0.5_100": PointNavigation()}
