"""Deep sea as an environment: each step sinks a row, turning right costs, and only the far corner pays."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition


class Helm(NamedTuple):
    """The task: which action turns right in each cell; the other one turns left."""

    right: Int[Array, "row column"]  # 0 or 1


class State(NamedTuple):
    """Where the agent is; fully observed."""

    row: Int[Array, ""]  # from the top, also the time; as many as there are rows once the episode is over
    column: Int[Array, ""]


@dataclass(frozen=True)
class DeepSea:
    """The rules (after Osband et al. 2019): size · size cells, from the top left; the bottom right corner pays 1.

    Turning right costs cost / size, and fails with probability `slip`: then the column stays. In the corner itself it is
    turning right that is paid, whether or not it fails. At the left border turning left stays.
    """

    size: int = 10  # cells on a side, also steps of an episode
    cost: float = 0.01  # of turning right in every row
    slip: float = 0.0

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("size", 2 <= self.size <= 100, "from 2 to 100"),
            ("cost", 0 <= self.cost < 1, "at least 0 and less than 1"),
            ("slip", 0 <= self.slip < 1, "at least 0 and less than 1"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def steps(self) -> int:
        """Return the number of steps of an episode."""
        return self.size

    @property
    def observation(self) -> Box:
        """Return the space of observations: the row as a share of the size, the column as one of the greatest."""
        return Box((0.0, 0.0), (1.0, 1.0))

    @property
    def action(self) -> Discrete:
        """Return the space of actions: what they do differs from cell to cell."""
        return Discrete(2)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: which action turns right, cell by cell."""
        return Box((0.0,) * self.size**2, (1.0,) * self.size**2)

    def sample_task(self, key: PRNGKeyArray) -> Helm:
        """Draw which action turns right, in each cell alone."""
        return Helm(jax.random.bernoulli(key, 0.5, (self.size, self.size)).astype(jnp.int32))

    def reset(self, task: Helm, key: PRNGKeyArray) -> State:
        """Start an episode at the top left."""
        del task, key  # the start is fixed
        return State(jnp.int32(0), jnp.int32(0))

    def step(
        self, task: Helm, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Turn, sink, and pay."""
        ended = state.row >= self.size
        right = self._turns_right(task, state, action)
        fails = jax.random.bernoulli(key, self.slip)
        change = jnp.where(right, jnp.where(fails, 0, 1), -1)
        column = jnp.where(ended, state.column, jnp.clip(state.column + change, 0, self.size - 1))
        pays = right & (state.column == self.size - 1)
        reward = jnp.where(pays, 1.0, 0.0) - jnp.where(right, self.cost / self.size, 0.0)
        following = State(jnp.where(ended, state.row, state.row + 1), column)
        return following, Transition(jnp.where(ended, 0.0, reward), following.row >= self.size)

    def _turns_right(self, task: Helm, state: State, action: Int[Array, ""]) -> Bool[Array, ""]:
        return action == task.right[jnp.minimum(state.row, self.size - 1), state.column]

    def observe(self, task: Helm, state: State) -> Float[Array, "2"]:
        """Return the row as a share of the size, and the column as one of the greatest."""
        del task  # which action turns where is hidden
        row, column = (number.astype(jnp.float32) for number in state)
        return jnp.stack([row / self.size, column / (self.size - 1)])

    def describe(self, task: Helm) -> Float[Array, "cell"]:
        """Return which action turns right, cell by cell."""
        return task.right.astype(jnp.float32).ravel()

    def expert(self, task: Helm, state: State) -> Int[Array, ""]:
        """Turn right as long as no turn failed, then left."""
        right = task.right[jnp.minimum(state.row, self.size - 1), state.column]
        return jnp.where(state.column == state.row, right, 1 - right)


SETTINGS: dict[str, DeepSea] = {"deterministic": DeepSea(), "stochastic": DeepSea(slip=0.1)}
