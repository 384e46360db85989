"""GridNavi as an environment: walk on a grid to a goal cell that is hidden and does not end the episode."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition

# What each action adds to x and y: stay, up, right, down, left.
MOVES = np.array([(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)], np.int32)
STAY, UP, RIGHT, DOWN, LEFT = range(len(MOVES))


class Goal(NamedTuple):
    """The task: which cell is rewarded."""

    cell: Int[Array, "2"]  # x, y


class State(NamedTuple):
    """Where the agent is; fully observed."""

    cell: Int[Array, "2"]  # x, y
    time: Int[Array, ""]  # steps since the start of the episode


class Belief(NamedTuple):
    """Which cells can be the goal; all of them are equally likely."""

    candidates: Bool[Array, "candidate"]


@dataclass(frozen=True)
class GridNavi:
    """The rules of the game: parameters that all tasks share."""

    size: int = 5  # cells on a side
    steps: int = 15  # of an episode
    goal_reward: float = 1.0  # reward of a step that ends on the goal
    step_reward: float = (
        -0.1
    )  # reward of any other step; negative, so that 0 is the reward after the end alone

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("size", 3 <= self.size <= 16, "from 3 to 16"),
            ("steps", self.steps >= 1, "at least 1"),
            ("step_reward", self.step_reward < 0, "less than 0"),
            ("goal_reward", self.goal_reward > 0, "more than 0"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def goals(self) -> Int[np.ndarray, "candidate 2"]:
        """Return the cells that can be the goal: all but the start, (0, 0), and its three neighbours."""
        cells = np.indices((self.size, self.size), np.int32).reshape(2, -1).T
        return cells[cells.max(axis=1) >= 2]

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
        """Return the space of descriptions: the goal's x and y as shares of their greatest value."""
        return Box((0.0,) * 2, (1.0,) * 2)

    @property
    def features_size(self) -> int:
        """Return the number of cells that can be the goal."""
        return len(self.goals)

    def sample_task(self, key: PRNGKeyArray) -> Goal:
        """Draw a goal uniformly from the candidates."""
        goals = self.goals
        return Goal(jnp.asarray(goals)[jax.random.randint(key, (), 0, len(goals))])

    def reset(self, task: Goal, key: PRNGKeyArray) -> State:
        """Start an episode in the corner."""
        del task, key  # the start is fixed
        return State(jnp.zeros(2, jnp.int32), jnp.int32(0))

    def step(
        self, task: Goal, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move, then reward the cell entered; a move off the grid stays."""
        del key  # nothing is random
        ended = state.time >= self.steps
        entered = jnp.clip(state.cell + jnp.asarray(MOVES)[action], 0, self.size - 1)
        reward = jnp.where(jnp.all(entered == task.cell), self.goal_reward, self.step_reward)
        following = State(jnp.where(ended, state.cell, entered), jnp.where(ended, state.time, state.time + 1))
        return following, Transition(jnp.where(ended, 0.0, reward), following.time >= self.steps)

    def observe(self, task: Goal, state: State) -> Float[Array, "3"]:
        """Return the cell and the time, as shares of their greatest values."""
        del task  # the goal is hidden
        time = state.time.astype(jnp.float32) / self.steps
        return jnp.concatenate([self._share(state.cell), time[None]])

    def describe(self, task: Goal) -> Float[Array, "2"]:
        """Return the goal's cell, as shares of the greatest coordinate."""
        return self._share(task.cell)

    def expert(self, task: Goal, state: State) -> Int[Array, ""]:
        """Walk to the goal by a shortest path, first along x, then along y, and stay there."""
        x, y = task.cell - state.cell
        along_x = jnp.where(x > 0, RIGHT, LEFT)
        along_y = jnp.where(y > 0, UP, DOWN)
        return jnp.where(x != 0, along_x, jnp.where(y != 0, along_y, STAY)).astype(jnp.int32)

    def prior(self) -> Belief:
        """Return the belief that every candidate is possible."""
        return Belief(jnp.ones(len(self.goals), bool))

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "3"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "3"],
    ) -> Belief:
        """Keep only the cell entered after a goal reward, all others after a step reward."""
        del observation, action  # the cell entered is seen
        entered = jnp.rint(following[:2] * (self.size - 1)).astype(jnp.int32)
        here = jnp.all(jnp.asarray(self.goals) == entered, axis=-1)
        allowed = jnp.where(reward > 0, here, ~here | (reward == 0))
        return Belief(belief.candidates & allowed)

    def features(self, belief: Belief) -> Float[Array, "candidate"]:
        """Return which candidates are possible, 0 or 1 each."""
        return belief.candidates.astype(jnp.float32)

    def _share(self, cell: Int[Array, "2"]) -> Float[Array, "2"]:
        return cell.astype(jnp.float32) / (self.size - 1)


SETTINGS: dict[str, GridNavi] = {"5x5_15": GridNavi()}
