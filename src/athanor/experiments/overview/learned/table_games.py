"""Games of few states, played on the tables of their exact solutions: chances are data, one program serves them all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition
from athanor.tasks.deep_sea import environment as deep_sea
from athanor.tasks.deep_sea import exact as deep_sea_exact
from athanor.tasks.maze import environment as maze
from athanor.tasks.maze import exact as maze_exact

Policy = Float[np.ndarray, "state action"]  # probabilities


class Tables(NamedTuple):
    """A task: what happens in each state, the first of which is the start."""

    cumulative: Float[Array, "state action state"]  # probability of the states up to each, after an action
    reward: Float[Array, "state action state"]
    ends: Bool[Array, "state"]  # whether an episode is over there
    seen: Float[Array, "state feature"]
    best: Float[Array, "state action"]  # value of an action and then the best play


class State(NamedTuple):
    """Where the agent is."""

    state: Int[Array, ""]


@dataclass(frozen=True)
class TableGame:
    """The rules: sizes that all tables share."""

    steps: int
    actions: int
    features: int = 2

    @property
    def observation(self) -> Box:
        """Return the space of observations: shares of something."""
        return Box((0.0,) * self.features, (1.0,) * self.features)

    @property
    def action(self) -> Discrete:
        """Return the space of actions."""
        return Discrete(self.actions)

    def reset(self, task: Tables, key: PRNGKeyArray) -> State:
        """Start an episode in the first state."""
        del task, key  # the start is fixed
        return State(jnp.int32(0))

    def step(
        self, task: Tables, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Draw the next state by inverting the cumulative probabilities."""
        here = state.state, action
        cumulative = task.cumulative[here]
        following = jnp.sum(jax.random.uniform(key) * cumulative[-1] >= cumulative, dtype=jnp.int32)
        return State(following), Transition(task.reward[here][following], task.ends[following])

    def observe(self, task: Tables, state: State) -> Float[Array, "feature"]:
        """Return what is seen of the state."""
        return task.seen[state.state]


class Game(NamedTuple):
    """A game on one task."""

    family: str
    rules: TableGame
    task: Tables
    worth: Callable[[Policy], float]  # expected return of a policy

    @property
    def best(self) -> Float[np.ndarray, "state action"]:
        """Return the values of actions and then the best play."""
        return np.asarray(self.task.best, float)

    @property
    def optimal(self) -> float:
        """Return the greatest expected return."""
        return float(self.best[0].max())

    @property
    def random(self) -> float:
        """Return the expected return of actions drawn uniformly."""
        return self.worth(np.full(self.best.shape, 1 / self.rules.actions))


def maze_game(slip: float, seed: int) -> Game:
    """Return the maze of a seed; states are cells."""
    rules = maze.Maze(slip=slip)
    passages, cells = maze_exact.sampled_walls(rules, seed), rules.size**2
    chance, at_goal = maze_exact.chances(rules, passages), np.arange(cells) == rules.goal
    reward = np.where(at_goal, rules.goal_reward, rules.step_reward) * ~at_goal[:, None, None]
    reward = np.broadcast_to(reward, chance.shape)
    seen = np.indices((rules.size,) * 2).reshape(2, -1).T / (rules.size - 1)
    best = maze_exact.optimum(rules, passages).values[-1]
    task = _tables(chance, reward, at_goal, seen, best)
    worth = partial(maze_exact.policy_return, rules, passages)
    return Game("maze", TableGame(rules.steps, rules.action.n), task, worth)


def deep_sea_game(slip: float, seed: int) -> Game:
    """Return the deep sea of a seed; states are cells, row by row, and the row below the last one is the end."""
    rules = deep_sea.DeepSea(slip=slip)
    right = np.asarray(rules.sample_task(jax.random.key(seed)).right)
    size, columns = rules.size, np.arange(rules.size)
    cells, states = size**2, size * (size + 1)
    chance, reward = np.zeros((states, 2, states)), np.zeros((states, 2, states))
    below = (np.arange(1, size + 1) * size)[:, None]
    here = np.arange(cells).reshape(size, size)
    for to, share in ((np.minimum(columns + 1, size - 1), 1 - slip), (columns, slip)):
        np.add.at(chance, (here, right, below + to), share)
    chance[here, 1 - right, below + np.maximum(columns - 1, 0)] = 1.0
    chance[np.arange(cells, states), :, np.arange(cells, states)] = 1.0
    reward[here, right] = ((columns == size - 1) - rules.cost / size)[:, None]
    seen = np.stack([np.repeat(np.arange(size + 1) / size, size), np.tile(columns / (size - 1), size + 1)], 1)
    turns = deep_sea_exact.optimal_values(rules)
    best = np.where(np.arange(2) == right[..., None], turns[..., 1:], turns[..., :1]).reshape(-1, 2)
    best = np.concatenate([best, np.zeros((size, 2))])
    task = _tables(chance, reward, np.arange(states) >= cells, seen, best)
    return Game("deep_sea", TableGame(rules.steps, 2), task, partial(_dive, rules, right))


def _dive(rules: deep_sea.DeepSea, right: Int[np.ndarray, "row column"], policy: Policy) -> float:
    of_cells = policy[: rules.size**2].reshape(*right.shape, 2)
    chance = np.take_along_axis(of_cells, right[..., None], axis=-1)[..., 0]
    return deep_sea_exact.policy_return(rules, chance)


def _tables(chance: Any, reward: Any, ends: Any, seen: Any, best: Any) -> Tables:
    numbers = (np.cumsum(chance, axis=-1), reward, ends, seen, best)
    cumulative, reward, ends, seen, best = map(jnp.asarray, numbers)
    floats = (leaf.astype(jnp.float32) for leaf in (cumulative, reward, seen, best))
    cumulative, reward, seen, best = floats
    return Tables(cumulative, reward, ends, seen, best)
