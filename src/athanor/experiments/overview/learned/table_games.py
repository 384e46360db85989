"""Games of few states for learners with tables: what is observed in each state, and what play is worth exactly."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.deep_sea import environment as deep_sea
from athanor.tasks.deep_sea import exact as deep_sea_exact
from athanor.tasks.maze import environment as maze
from athanor.tasks.maze import exact as maze_exact

Policy = Float[np.ndarray, "state action"]  # probabilities


class Game(NamedTuple):
    """A game on one task; its first state is the start."""

    family: str
    rules: Any
    task: Any
    observations: Float[np.ndarray, "state feature"]
    best: Float[np.ndarray, "state action"]  # value of an action and then the best play
    worth: Callable[[Policy], float]  # expected return

    @property
    def optimal(self) -> float:
        """Return the greatest expected return."""
        return float(self.best[0].max())

    @property
    def random(self) -> float:
        """Return the expected return of actions drawn uniformly."""
        return self.worth(np.full(self.best.shape, 1 / self.best.shape[1]))


def maze_game(slip: float, seed: int) -> Game:
    """Return the maze of a seed."""
    rules = maze.Maze(slip=slip)
    passages = maze_exact.sampled_walls(rules, seed)
    task, states = maze.Walls(jnp.asarray(passages)), maze.State(jnp.arange(rules.size**2))
    best = maze_exact.optimum(rules, passages).values[-1]
    worth = partial(maze_exact.policy_return, rules, passages)
    return Game("maze", rules, task, _observed(rules, task, states), best, worth)


def deep_sea_game(slip: float, seed: int) -> Game:
    """Return the deep sea of a seed."""
    rules = deep_sea.DeepSea(slip=slip)
    task = rules.sample_task(jax.random.key(seed))
    row, column = jnp.divmod(jnp.arange(rules.size**2), rules.size)
    right = np.asarray(task.right)
    observations = _observed(rules, task, deep_sea.State(row, column))
    turns = deep_sea_exact.optimal_values(rules)
    best = np.where(np.arange(2) == right[..., None], turns[..., 1:], turns[..., :1]).reshape(-1, 2)
    return Game("deep_sea", rules, task, observations, best, partial(_dive, rules, right))


def _dive(rules: deep_sea.DeepSea, right: Int[np.ndarray, "row column"], policy: Policy) -> float:
    chance = np.take_along_axis(policy.reshape(*right.shape, 2), right[..., None], axis=-1)[..., 0]
    return deep_sea_exact.policy_return(rules, chance)


def _observed(rules: Any, task: Any, states: Any) -> Float[np.ndarray, "state feature"]:
    return np.asarray(jax.vmap(rules.observe, in_axes=(None, 0))(task, states))
