"""The room as an environment: walk on a grid whose every cell may pay, so that any reward of cells is a task."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition

# What each action adds to x and y: stay, up, right, down, left.
MOVES = np.array([(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)], np.int32)


class Rewards(NamedTuple):
    """The task: what a step pays by the cell that it ends in."""

    of_cell: Float[Array, "cell"]


class State(NamedTuple):
    """Where the agent is; fully observed."""

    cell: Int[Array, ""]  # x · size + y
    time: Int[Array, ""]  # steps since the start of the episode


@dataclass(frozen=True)
class Room:
    """The rules: a walk from the middle; a move against the border stays, and the episode ends with its last step."""

    size: int = 5  # cells on a side
    steps: int = 8  # of an episode

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("size", 2 <= self.size <= 32, "from 2 to 32"),
            ("steps", 1 <= self.steps <= 1000, "from 1 to 1000"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def cells(self) -> int:
        """Return the number of cells."""
        return self.size**2

    @property
    def start(self) -> int:
        """Return the number of the cell in the middle; of an even size, the upper right one of the four."""
        return self.size // 2 * (self.size + 1)

    @property
    def following(self) -> Int[np.ndarray, "cell action"]:
        """Return the cell that each action leads to."""
        cells = np.indices((self.size, self.size)).reshape(2, -1).T
        entered = np.clip(cells[:, None] + MOVES, 0, self.size - 1)
        return (entered @ np.array([self.size, 1])).astype(np.int32)

    @property
    def observation(self) -> Box:
        """Return the space of observations: x, y and time, each as a share of its greatest value."""
        return Box((0.0,) * 3, (1.0,) * 3)

    @property
    def action(self) -> Discrete:
        """Return the space of actions: stay, up, right, down, left."""
        return Discrete(len(MOVES))

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the reward of every cell."""
        return Box((-math.inf,) * self.cells, (math.inf,) * self.cells)

    def sample_task(self, key: PRNGKeyArray) -> Rewards:
        """Draw a goal from the cells other than the start."""
        drawn = jax.random.randint(key, (), 0, self.cells - 1)
        return self.goal(jnp.where(drawn >= self.start, drawn + 1, drawn))

    def goal(self, cell: Int[Array, ""]) -> Rewards:
        """Return the task in which one cell pays 1 and the others nothing."""
        return Rewards(jax.nn.one_hot(cell, self.cells))

    def reset(self, task: Rewards, key: PRNGKeyArray) -> State:
        """Start an episode in the middle."""
        del task, key  # the start is fixed
        return State(jnp.int32(self.start), jnp.int32(0))

    def step(
        self, task: Rewards, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move, then pay for the cell entered."""
        del key  # nothing is random
        ended = state.time >= self.steps
        cell = jnp.where(ended, state.cell, jnp.asarray(self.following)[state.cell, action])
        following = State(cell, jnp.where(ended, state.time, state.time + 1))
        reward = jnp.where(ended, 0.0, task.of_cell[cell])
        return following, Transition(reward, following.time >= self.steps)

    def observe(self, task: Rewards, state: State) -> Float[Array, "3"]:
        """Return x, y and time, as shares of their greatest values."""
        del task  # what pays is hidden
        x, y = (part.astype(jnp.float32) / (self.size - 1) for part in jnp.divmod(state.cell, self.size))
        return jnp.stack([x, y, state.time.astype(jnp.float32) / self.steps])

    def describe(self, task: Rewards) -> Float[Array, "cell"]:
        """Return the reward of every cell."""
        return task.of_cell

    def expert(self, task: Rewards, state: State) -> Int[Array, ""]:
        """Take the best action, by backward induction over the steps left; ties go to the first."""
        entered = jnp.asarray(self.following)

        def back(later: Float[Array, "cell"], _: None) -> tuple[Float[Array, "cell"], Int[Array, "cell"]]:
            value = (task.of_cell + later)[entered]
            return jnp.max(value, axis=1), jnp.argmax(value, axis=1).astype(jnp.int32)

        _, best = jax.lax.scan(back, jnp.zeros(self.cells), None, length=self.steps)  # by steps left, from 1
        return best[jnp.clip(self.steps - 1 - state.time, 0, self.steps - 1), state.cell]


SETTINGS: dict[str, Room] = {"5x5_8": Room()}
