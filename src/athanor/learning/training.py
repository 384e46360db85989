"""Training as a function of a key: a scan over episodes, mapped over seeds; one call for all of it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int, Key, PRNGKeyArray, PyTree

from athanor.learning.learner import Learner, Log
from athanor.learning.replay import Replay

SampleTasks = Callable[[PRNGKeyArray, Int[Array, ""]], Any]  # (key, episode) -> tasks, on a first axis


class Run(NamedTuple):
    """A training run between episodes."""

    state: Any  # of the last episode at which all was finite
    finite: Bool[Array, ""]  # whether the run has not diverged
    episode: Int[Array, ""]  # the next one
    store: Any = ()  # what was collected and is kept; nothing without replay


def begin(learner: Learner, key: PRNGKeyArray) -> Run:
    """Return a run before its first episode."""
    return Run(learner.init(key), jnp.bool_(True), jnp.int32(0))


def with_store(learner: Learner, sample_tasks: SampleTasks, replay: Replay, run: Run) -> Run:
    """Return a run with an empty store."""

    def collect(state: Any) -> Any:
        key = jax.random.key(0)  # shapes do not depend on it
        return learner.collect(state, sample_tasks(key, run.episode), key)

    return run._replace(store=replay.init(jax.eval_shape(collect, run.state)))


def train(
    learner: Learner,
    sample_tasks: SampleTasks,
    run: Run,
    episodes: int,
    key: PRNGKeyArray,
    replay: Replay | None = None,
) -> tuple[Run, Log, Bool[Array, "episode"]]:
    """Train for some episodes; return the run, its log by episode, and whether it was finite at each.

    Each episode draws from the key and its number, so that a run in parts equals a run in one. A run diverges when a
    loss or a parameter is not finite: it keeps its last finite state, and its log is NaN from there on.
    """

    def episode(run: Run, _: None) -> tuple[Run, tuple[Log, Bool[Array, ""]]]:
        task_key, update_key = jax.random.split(jax.random.fold_in(key, run.episode))
        tasks = sample_tasks(task_key, run.episode)
        batch, store = learner.collect(run.state, tasks, update_key), run.store
        replay_key, update_key = (jax.random.fold_in(update_key, branch) for branch in (1, 2))
        if replay is not None:
            store, batch = replay.through(store, batch, replay_key)
        state, log = learner.update(run.state, batch, update_key)
        finite = run.finite & all_finite((state, log.loss))
        state = jax.tree.map(lambda new, old: jnp.where(finite, new, old), state, run.state)
        log = jax.tree.map(lambda leaf: jnp.where(finite, leaf, jnp.nan), log)
        return Run(state, finite, run.episode + 1, store), (log, finite)

    run, (log, finite) = jax.lax.scan(episode, run, None, length=episodes)
    return run, log, finite


def train_seeds(
    learner: Learner,
    sample_tasks: SampleTasks,
    runs: Run,
    episodes: int,
    keys: Key[Array, "seed"],
    seeds_at_once: int = 1,
) -> tuple[Run, Log, Bool[Array, "seed episode"]]:
    """Train every seed, some of them side by side (`vmap`), one such group after the other.

    On a core one at a time is fastest: a second-order gradient's intermediate results then stay in the cache, and
    rollouts lose nothing. An accelerator wants all at once. The number divides the seeds, or a second program is
    compiled for the rest.
    """
    return jax.lax.map(
        lambda run_and_key: train(learner, sample_tasks, run_and_key[0], episodes, run_and_key[1]),
        (runs, keys),
        batch_size=seeds_at_once,
    )


def all_finite(tree: PyTree) -> Bool[Array, ""]:
    """Return whether every number is finite."""
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(tree)]))
