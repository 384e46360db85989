"""Train runs of a learner, each on training tasks of its own, and play them on these and on held-out tasks."""

from math import ceil
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.experiments.progress import progress
from athanor.experiments.task_inference.off_policy.agents import Method, draw_tasks
from athanor.experiments.task_inference.off_policy.config import OffPolicy
from athanor.learning.training import Run, begin, train, with_store

TASKS = ("training", "held_out")
COLUMNS = ["run", "steps", "tasks", "mean_return"]  # after the columns of the conditions


class Given(NamedTuple):
    """What a run learns on, and what it is tried on besides."""

    training: Any  # tasks, on a first axis
    held_out: Any


def curves(settings: OffPolicy, method: Method, key: PRNGKeyArray, what: str) -> pd.DataFrame:
    """Return one row per run, point of its curve and kind of tasks; a run that diverged has no returns from there on.

    The tasks of a run depend on its key and the family alone, and so do those of all learners.
    """
    block = ceil(settings.point_steps / (method.collected * method.trial.steps))
    points = ceil(method.steps / (block * method.collected * method.trial.steps))
    keys = jax.random.split(key, (settings.runs, 4))
    found = np.full((settings.runs, points, len(TASKS)), np.nan)
    advance, play = jax.jit(_advance(method, block)), jax.jit(_play(method))
    given_of, start = jax.jit(_given(settings, method)), jax.jit(_start(method))
    for number in progress(range(settings.runs * points), settings.runs * points, f"{what}: points"):
        place, point = divmod(number, points)
        if point == 0:
            given = given_of(keys[place, 0])
            run = start(given, keys[place, 1])
        run = advance(run, given, keys[place, 2])
        if run.finite:
            found[place, point] = play(run.state, given, jax.random.fold_in(keys[place, 3], point))
    return _rows(found, block * method.collected * method.trial.steps)


def _given(settings: OffPolicy, method: Method) -> Any:
    def given(key: PRNGKeyArray) -> Given:
        training_key, held_out_key = jax.random.split(key)
        return Given(
            draw_tasks(method.trial, settings.training_tasks, training_key),
            draw_tasks(method.trial, settings.held_out_tasks, held_out_key),
        )

    return given


def _start(method: Method) -> Any:
    def start(given: Given, key: PRNGKeyArray) -> Run:
        run = begin(method.learner, key)
        if method.replay is None:
            return run
        return with_store(method.learner, _drawn(method, given), method.replay, run)

    return start


def _advance(method: Method, block: int) -> Any:
    def advance(run: Run, given: Given, key: PRNGKeyArray) -> Run:
        return train(method.learner, _drawn(method, given), run, block, key, method.replay)[0]

    return advance


def _drawn(method: Method, given: Given) -> Any:
    """Return what draws the tasks of an update, uniformly out of the training tasks."""
    count = _length(given.training)

    def drawn(key: PRNGKeyArray, episode: Int[Array, ""]) -> Any:
        del episode
        places = jax.random.randint(key, (method.collected,), 0, count)
        return jax.tree.map(lambda leaf: leaf[places], given.training)

    return drawn


def _play(method: Method) -> Any:
    def play(state: Any, given: Given, key: PRNGKeyArray) -> Float[Array, "kind"]:
        """Return the mean return of a trial on each task, actions sampled."""
        both = jax.tree.map(lambda *leaves: jnp.concatenate(leaves), given.training, given.held_out)
        found, count = method.learner.collect(state, both, key).measure, _length(given.training)
        return jnp.stack([jnp.mean(found[:count]), jnp.mean(found[count:])])

    return play


def _length(tasks: Any) -> int:
    return len(jax.tree.leaves(tasks)[0])


def _rows(found: Float[np.ndarray, "run point kind"], steps: int) -> pd.DataFrame:
    run, point, kind = (axis.ravel() for axis in np.indices(found.shape))
    columns = (run, (point + 1) * steps, np.array(TASKS)[kind], np.round(found.ravel(), 4))
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
