"""Train all seeds of a condition a few episodes a call, and see what the trained policies do."""

from collections.abc import Callable
from math import gcd
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray, PyTree

from athanor.experiments.navigation.learners.methods import End, Method, end_of
from athanor.experiments.progress import progress
from athanor.learning.adaptation import adaptation_curve
from athanor.learning.learner import Learner
from athanor.learning.policy_gradient import Measure, problem
from athanor.learning.training import Run, SampleTasks, begin, train_seeds
from athanor.tasks.navigation.environment import Navigation, Target

CHUNK = 20  # episodes between two lines of progress, at most


class Curves(NamedTuple):
    """What the runs recorded; NaN from the episode on at which a run diverged."""

    end: End  # of the last rollout of a task, after all inner steps; axes (seed, episode, task)
    entropy: Float[Array, "seed episode"]  # nats
    gradient_norm: Float[Array, "seed episode"]


def train(
    learner: Learner,
    sample_tasks: SampleTasks,
    episodes: int,
    seeds: int,
    key: PRNGKeyArray,
    what: str,
) -> tuple[Run, Curves]:
    """Train all seeds; return them trained (seed axis first) and their curves.

    Learners that share a key start from the same weights, seed by seed.
    """
    keys = jax.random.split(jax.random.split(key)[1], seeds)
    runs = untrained(learner, seeds, key)
    chunk = gcd(episodes, CHUNK)

    @jax.jit
    def advance(runs: Run) -> tuple[Run, Curves]:
        runs, log, _ = train_seeds(learner, sample_tasks, runs, chunk, keys)
        last = jax.tree.map(lambda leaf: leaf[:, :, :, -1], log.measure)
        return runs, Curves(last, log.entropy, log.gradient_norm)

    parts = []
    for _ in progress(range(0, episodes, chunk), episodes // chunk, what):
        runs, part = advance(runs)
        parts.append(jax.tree.map(np.asarray, part))
    return runs, jax.tree.map(lambda *leaves: np.concatenate(leaves, axis=1), *parts)


def squared_distances(end: End, tasks: int) -> Float[np.ndarray, "seed episode"]:
    """Return the published metric in training, m^2: the mean over the tasks.

    The released FOMAML logs a repeated task behind the others.
    """
    return np.round(np.asarray(end.squared_distance, float)[:, :, :tasks].mean(2), 4)


def untrained(learner: Learner, seeds: int, key: PRNGKeyArray) -> Run:
    """Return the runs that `train` starts from, given the same key."""
    return jax.vmap(lambda key: begin(learner, key))(jax.random.split(jax.random.split(key)[0], seeds))


def always(tasks: PyTree) -> SampleTasks:
    """Return the sampler of tasks that are fixed, as the published batch of eight is."""
    return lambda key, episode: tasks


def fresh(env: Navigation, tasks: int) -> Callable[[PRNGKeyArray, Int[Array, ""]], Target]:
    """Return the sampler of a new batch from the distribution in every episode."""
    return lambda key, episode: env.sample_tasks(key, tasks)


def evaluate(env: Navigation, method: Method, runs: Run, tasks: Target, key: PRNGKeyArray) -> End:
    """Return how trained policies do on tasks after 0 ... N inner steps: axes (seed, task, step).

    Each task starts from the trained parameters. Means over the trajectories of a task, all of them fresh.
    """
    ends = record(env, method, runs, tasks, key, end_of(env))
    return jax.tree.map(lambda leaf: leaf.mean(3), ends)


def record(
    env: Navigation, method: Method, runs: Run, tasks: Target, key: PRNGKeyArray, measure: Measure
) -> Any:
    """Return a measure of what `evaluate` plays: axes (seed, task, step, trajectory)."""

    @jax.jit
    def measures(runs: Run, keys: Key[Array, "seed task"]) -> PyTree:
        def of_task(run: Run, task: Target, key: PRNGKeyArray) -> PyTree:
            rollouts = problem(method.gradient, env, run.state.critic, measure)
            return adaptation_curve(rollouts, method.inner, run.state.params, task, key).measure

        over_tasks = jax.vmap(of_task, in_axes=(None, 0, 0))
        return jax.lax.map(lambda pair: over_tasks(pair[0], tasks, pair[1]), (runs, keys))

    count = jax.tree.leaves(tasks)[0].shape[0]
    seeds = runs.finite.shape[0]
    found = measures(runs, jax.random.split(key, (seeds, count)))
    return jax.tree.map(lambda leaf: _without_diverged(np.asarray(leaf), np.asarray(runs.finite)), found)


def _without_diverged(values: np.ndarray, finite: np.ndarray) -> Any:
    """Return values with those of diverged seeds NaN."""
    return np.where(finite.reshape(-1, *(1,) * (values.ndim - 1)), values, np.nan)
