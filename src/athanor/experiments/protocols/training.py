"""Train on some tasks, and play on these and on held-out tasks along the way: learning curves, and what was learnt.

A learner plays as it collects: its actions are sampled, not the likeliest ones. Runs come one after the other, and each
draws its own tasks from the prior; runs of the same key have the same tasks, whatever learns. Learning off policy is the
same protocol with a store between what is collected and what is learnt from.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Bool, Float, Int, Key, PRNGKeyArray, PyTree

from athanor.experiments.progress import progress
from athanor.learning.learner import Learner
from athanor.learning.replay import Replay
from athanor.learning.told import Told
from athanor.learning.training import Run, begin, train, with_store

SampleTask = Callable[[PRNGKeyArray], Any]
Relabel = Callable[[Any, PRNGKeyArray], Any]  # (task, key) -> a task that is as likely


class Plan(NamedTuple):
    """How a run trains, and how it is looked at."""

    training_tasks: int
    held_out_tasks: int
    batch: int  # trials of an update, each on one of the training tasks
    updates: int  # of all points together, at least
    points: int  # of the learning curve, besides the one before training
    repeats: int  # trials on each task of either kind, at the last point

    @property
    def block(self) -> int:
        """Return the updates of a point."""
        return -(-self.updates // self.points)

    @property
    def trials(self) -> Int[np.ndarray, "point"]:
        """Return the trials trained on up to each point; none up to the first."""
        return np.arange(self.points + 1) * self.block * self.batch


class Tasks(NamedTuple):
    """The tasks of a run."""

    train: PyTree
    held_out: PyTree


def tasks_of(sample_task: SampleTask, plan: Plan, key: PRNGKeyArray) -> Tasks:
    """Return the tasks of the run that has a key."""
    return _tasks(sample_task, plan, _keys(key))


class Curves(NamedTuple):
    """Mean returns of the runs, NaN from the point on at which a run was found to have diverged; and what was learnt."""

    train: Float[np.ndarray, "run point"]
    held_out: Float[np.ndarray, "run point"]
    diverged: Bool[np.ndarray, "run"]
    states: PyTree  # of the learner after training, run axis first; its last finite one where a run diverged


def learning_curves(
    learner: Learner,
    sample_task: SampleTask,
    plan: Plan,
    keys: Key[Array, "run"],
    what: str,
    relabel: Relabel | None = None,
    replay: Replay | None = None,
    numbered: bool = False,
) -> Curves:
    """Train all runs, and return what they earn on both kinds of tasks.

    With `relabel` a training task is relabelled before each trial of an update, as images are turned or mirrored. With
    `replay` the trials of an update go into its store, and the update learns from what it draws. If tasks are `numbered`,
    a learner is given them as `Told`, with which of the training tasks it is, one-hot.
    """
    programs = _programs(learner, sample_task, plan, _Given(relabel, replay, numbered))
    looks = list(progress(_looks(programs, plan, keys), len(keys) * (plan.points + 1), what))
    shape = (len(keys), plan.points + 1)
    train, held_out, finite = (np.array([look[at] for look in looks]).reshape(shape) for at in range(3))
    last = [look.state for look in looks[plan.points :: plan.points + 1]]
    return Curves(
        np.where(finite, train, np.nan),
        np.where(finite, held_out, np.nan),
        np.logical_not(np.all(finite, axis=1)),
        jax.tree.map(lambda *leaves: np.stack(leaves), *last),
    )


def curve_rows(curves: Curves, steps: Int[np.ndarray, "point"]) -> pd.DataFrame:
    """Return curves as rows, by run, point and kind of tasks; `steps` of the environment are those up to each point."""
    returns = np.stack([curves.train, curves.held_out], axis=-1)
    run, point, kind = (axis.ravel() for axis in np.indices(returns.shape))
    tasks = np.array(Tasks._fields)[kind]
    rounded = np.round(returns.ravel().astype(float), 4)
    return pd.DataFrame({"run": run, "steps": steps[point], "tasks": tasks, "mean_return": rounded})


class _Programs(NamedTuple):
    """What is compiled once for all runs."""

    prepare: Callable[["_Keys"], tuple[Tasks, Run]]
    advance: Callable[[Run, PyTree, PRNGKeyArray], Run]  # by a point, on training tasks
    score: Callable[[Run, PyTree, PRNGKeyArray], Float[Array, ""]]  # mean return of a trial on each task


class _Keys(NamedTuple):
    """The random numbers of a run."""

    train: PRNGKeyArray  # the tasks, as those of the next
    held_out: PRNGKeyArray
    begin: PRNGKeyArray
    advance: PRNGKeyArray
    train_score: PRNGKeyArray
    held_out_score: PRNGKeyArray


def _keys(key: PRNGKeyArray) -> _Keys:
    prepare, *others = jax.random.split(key, 4)
    return _Keys(*jax.random.split(prepare, 3), *others)


def _tasks(sample_task: SampleTask, plan: Plan, keys: _Keys) -> Tasks:
    def drawn(key: PRNGKeyArray, count: int) -> PyTree:
        return jax.vmap(sample_task)(jax.random.split(key, count))

    return Tasks(drawn(keys.train, plan.training_tasks), drawn(keys.held_out, plan.held_out_tasks))


class _Look(NamedTuple):
    """What is seen of a run at a point."""

    train: float
    held_out: float
    finite: bool
    state: Any  # of the learner, at the last point alone


class _Given(NamedTuple):
    """What is done to tasks and trials before they are learnt from."""

    relabel: Relabel | None
    replay: Replay | None
    numbered: bool


def _programs(learner: Learner, sample_task: SampleTask, plan: Plan, given: _Given) -> _Programs:
    relabel, replay, numbered = given

    def prepare(keys: _Keys) -> tuple[Tasks, Run]:
        both = _tasks(sample_task, plan, keys)
        if numbered:  # held-out tasks have no number
            numbers = Tasks(
                jnp.eye(plan.training_tasks), jnp.zeros((plan.held_out_tasks, plan.training_tasks))
            )
            both = Tasks(*(Told(own, number) for own, number in zip(both, numbers, strict=True)))
        run = begin(learner, keys.begin)
        return both, run if replay is None else with_store(
            learner, _drawn(plan, relabel, both.train), replay, run
        )

    def advance(run: Run, given: PyTree, key: PRNGKeyArray) -> Run:
        return train(learner, _drawn(plan, relabel, given), run, plan.block, key, replay)[0]

    def score(run: Run, given: PyTree, key: PRNGKeyArray) -> Float[Array, ""]:
        return jnp.mean(learner.collect(run.state, given, key).measure)

    return _Programs(jax.jit(prepare), jax.jit(advance), jax.jit(score))


def _drawn(
    plan: Plan, relabel: Relabel | None, given: PyTree
) -> Callable[[PRNGKeyArray, Int[Array, ""]], Any]:
    """Return what draws the tasks of an update, uniformly from those given."""

    def sample(key: PRNGKeyArray, episode: Int[Array, ""]) -> Any:
        del episode  # all updates are alike
        place_key, label_key = jax.random.split(key)
        place = jax.random.randint(place_key, (plan.batch,), 0, plan.training_tasks)
        drawn = jax.tree.map(lambda leaf: leaf[place], given)
        if relabel is None:
            return drawn
        return jax.vmap(relabel)(drawn, jax.random.split(label_key, plan.batch))

    return sample


def _looks(programs: _Programs, plan: Plan, keys: Key[Array, "run"]) -> Iterator[_Look]:
    """Yield the mean returns on training and held-out tasks and whether all is finite, run by run and point by point."""
    for drawn in map(_keys, keys):
        tasks, run = programs.prepare(drawn)
        for point in range(plan.points + 1):
            run = programs.advance(run, tasks.train, drawn.advance) if point else run
            last = point == plan.points
            train_score, held_out_score = (
                np.mean([programs.score(run, given, one) for one in _repeats(own, point, plan, last)])
                for given, own in zip(tasks, (drawn.train_score, drawn.held_out_score), strict=True)
            )
            yield _Look(
                float(train_score), float(held_out_score), bool(run.finite), run.state if last else None
            )


def _repeats(key: PRNGKeyArray, point: int, plan: Plan, last: bool) -> Key[Array, "repeat"]:
    return jax.random.split(jax.random.fold_in(key, point), plan.repeats if last else 1)
