"""Train all runs of a condition, each on chemistries of its own, and keep the learning curve at some points."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray, PyTree

from athanor.experiments.progress import progress
from athanor.learning.learner import Learner, Log
from athanor.learning.training import Run, begin
from athanor.learning.training import train as train_one

Keys = Key[Array, "run"]
Sample = Callable[
    [Any, PRNGKeyArray], Any
]  # (what a seed learns on, key) -> tasks of an update, on a first axis
CURVE_COLUMNS = ["seed", "episode", "score"]  # after the columns of the conditions


class Budget(NamedTuple):
    """How long a run trains, in updates, and how often it is looked at."""

    block: int  # updates of a point of the curve
    points: int
    update_episodes: int  # episodes played for an update

    @property
    def updates(self) -> int:
        """Return the updates of a run."""
        return self.block * self.points

    @property
    def episodes(self) -> Int[np.ndarray, "point"]:
        """Return the episodes played by the end of each point."""
        return np.arange(1, self.points + 1) * self.block * self.update_episodes


class Curves(NamedTuple):
    """Means over a point's updates; NaN from where a run diverged."""

    score: Float[np.ndarray, "run point trial"]  # after all inner steps, if there are any
    before: Float[np.ndarray, "run point trial"]  # before the first
    entropy: Float[np.ndarray, "run point"]  # nats


def budget(episodes: int, update_episodes: int, points: int) -> Budget:
    """Return how training is cut into points of as many updates: no fewer episodes than asked for, and few more."""
    return Budget(ceil(episodes / (update_episodes * points)), points, update_episodes)


def untrained(learner: Learner, keys: Keys) -> Run:
    """Return the runs that `train` starts from, given the same keys: equal weights for equal networks."""
    return jax.jit(jax.vmap(lambda key: begin(learner, jax.random.split(key)[0])))(keys)


def train(
    learner: Learner, sample: Sample, given: PyTree, plan: Budget, keys: Keys, what: str
) -> tuple[Run, Curves]:
    """Train all runs, one after the other; `given` has what each draws its tasks from, axis of the runs first."""

    @jax.jit
    def advance(run: Run, own: PyTree, key: PRNGKeyArray) -> tuple[Run, tuple[Array, Array, Array]]:
        run, log, _ = train_one(learner, lambda key, _: sample(own, key), run, plan.block, key)
        return run, _point(log)

    count, starts = len(keys), untrained(learner, keys)
    trained, points = [], []
    for number in progress(range(count * plan.points), count * plan.points, f"{what}: points"):
        place, point = divmod(number, plan.points)
        if point == 0:
            run, own = _pick(starts, place), _pick(given, place)
            train_key = jax.random.split(keys[place])[1]
        run, found = advance(run, own, train_key)
        points.append(jax.tree.map(np.asarray, found))
        if point == plan.points - 1:
            trained.append(run)
    curves = (np.stack(leaves) for leaves in zip(*points, strict=True))
    by_run = (leaf.reshape(count, plan.points, *leaf.shape[1:]) for leaf in curves)
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *trained), Curves(*by_run)


def _pick(tree: PyTree, place: int) -> Any:
    return jax.tree.map(lambda leaf: leaf[place], tree)


def _point(log: Log) -> tuple[Array, Array, Array]:
    """Return the means of the scores after and before the inner steps, and of the entropy."""
    score = jnp.mean(log.measure, axis=(0, 1))
    return score[-1], score[0], jnp.mean(log.entropy)


def curve_rows(
    conditions: Mapping[str, str | int], scores: Float[np.ndarray, "seed point"], plan: Budget
) -> pd.DataFrame:
    """Return a learning curve as rows, conditions first; a row's episode is the last that it averages."""
    seed, point = (axis.ravel() for axis in np.indices(scores.shape))
    columns = (seed, plan.episodes[point], np.round(scores.ravel(), 3))
    return pd.DataFrame({**conditions, **dict(zip(CURVE_COLUMNS, columns, strict=True))})
