"""Noisy grid as an environment: search for a goal where another cell shows noise that cannot be predicted.

The goal is one of the cells on the two far sides of the grid; a step that ends on it pays and does not end the episode.
In the noisy cell, next to the start, a light is on with some chance at each step; elsewhere it is off.
"""

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
NOISY = np.array([1, 0], np.int32)  # x, y of the cell that flickers


class Goal(NamedTuple):
    """The task: which cell pays."""

    cell: Int[Array, "2"]  # x, y


class State(NamedTuple):
    """Where the agent is and what it sees there; fully observed."""

    cell: Int[Array, "2"]  # x, y
    light: Bool[Array, ""]  # whether it is on
    time: Int[Array, ""]  # steps since the start of the episode


class Belief(NamedTuple):
    """Which cells can be the goal; all of them are equally likely."""

    candidates: Bool[Array, "candidate"]


@dataclass(frozen=True)
class NoisyGrid:
    """The rules of the game: parameters that all tasks share."""

    size: int = 5  # cells on a side
    horizon: int = 20  # steps of an episode
    flicker: float = 0.5  # chance that the light of the noisy cell is on

    def __post_init__(self) -> None:
        for name, least, most in (("size", 3, 16), ("horizon", 1, 10_000), ("flicker", 0.0, 1.0)):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}, must be from {least} to {most}")

    @property
    def goals(self) -> Int[np.ndarray, "candidate 2"]:
        """Return the cells that can be the goal: those of the upper and of the right side."""
        cells = np.indices((self.size, self.size), np.int32).reshape(2, -1).T
        return cells[cells.max(axis=1) == self.size - 1]

    @property
    def steps(self) -> int:
        """Return the number of steps of an episode."""
        return self.horizon

    @property
    def observation(self) -> Box:
        """Return the space of observations: x, y and time as shares of their greatest values, and the light."""
        return Box((0.0,) * 4, (1.0,) * 4)

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
        """Start an episode in the corner, where no light is on."""
        del task, key  # the start is fixed
        return State(jnp.zeros(2, jnp.int32), jnp.bool_(False), jnp.int32(0))

    def step(
        self, task: Goal, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move; pay on the goal, and draw the light in the noisy cell. A move off the grid stays."""
        ended = state.time >= self.horizon
        entered = jnp.clip(state.cell + jnp.asarray(MOVES)[action], 0, self.size - 1)
        light = jnp.all(entered == NOISY) & jax.random.bernoulli(key, self.flicker)
        moved = State(entered, light, state.time + 1)
        following = jax.tree.map(lambda old, new: jnp.where(ended, old, new), state, moved)
        paid = jnp.all(entered == task.cell) & ~ended
        return following, Transition(jnp.where(paid, 1.0, 0.0), following.time >= self.horizon)

    def observe(self, task: Goal, state: State) -> Float[Array, "4"]:
        """Return the cell and the time, as shares of their greatest values, and the light."""
        del task  # the goal is hidden
        time, light = state.time.astype(jnp.float32) / self.horizon, state.light.astype(jnp.float32)
        return jnp.concatenate([self._share(state.cell), time[None], light[None]])

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
        observation: Float[Array, "4"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "4"],
    ) -> Belief:
        """Keep only the cell entered if it paid, all others if it did not; the light tells nothing."""
        del action  # the cell entered is seen
        entered = jnp.rint(following[:2] * (self.size - 1)).astype(jnp.int32)
        here = jnp.all(jnp.asarray(self.goals) == entered, axis=-1)
        happened = following[2] > observation[2]
        return Belief(belief.candidates & jnp.where(reward > 0, here, ~(here & happened)))

    def features(self, belief: Belief) -> Float[Array, "candidate"]:
        """Return the probability of every candidate."""
        possible = belief.candidates.astype(jnp.float32)
        return possible / possible.sum()

    def _share(self, cell: Int[Array, "2"]) -> Float[Array, "2"]:
        return cell.astype(jnp.float32) / (self.size - 1)
