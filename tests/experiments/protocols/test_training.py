"""The protocol on a learner that counts its updates: budgets, kinds of tasks, relabelling, and divergence."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.protocols.training import Plan, curve_rows, learning_curves, tasks_of
from athanor.learning.learner import Learner, Log
from athanor.learning.replay import Replay, uniform_replay
from athanor.learning.training import begin, train

PLAN = Plan(training_tasks=3, held_out_tasks=5, batch=4, updates=5, points=2, repeats=2)


class Batch(NamedTuple):
    measure: jax.Array


def counting(diverges_at=None):
    """Return the learner whose return on a task is the updates it has had; NaN from one of them on, if that is said."""

    def update(state, batch, key):
        state = state + 1
        loss = jnp.where(state == (diverges_at or -1), jnp.nan, 0.0)
        return state, Log(loss, loss, loss, loss, batch.measure)

    return Learner(
        init=lambda key: jnp.float32(0.0),
        act=lambda *_: None,
        collect=lambda state, tasks, key: Batch(state + 0 * tasks),
        update=update,
    )


def test_a_plan_by_hand():
    assert PLAN.block == 3
    np.testing.assert_array_equal(PLAN.trials, [0, 12, 24])


def test_every_run_is_looked_at_before_training_and_at_each_point():
    curves = learning_curves(
        counting(), jax.random.uniform, PLAN, jax.random.split(jax.random.key(0), 2), "test"
    )
    np.testing.assert_array_equal(curves.train, [[0, 3, 6], [0, 3, 6]])
    np.testing.assert_array_equal(curves.held_out, curves.train)
    assert not curves.diverged.any()


def test_the_tasks_of_a_run_are_told_by_its_key():
    """A learner that is worth the task it plays: its mean return is that of the tasks."""
    same = counting()._replace(collect=lambda state, tasks, key: Batch(tasks))
    keys = jax.random.split(jax.random.key(0), 2)
    curves = learning_curves(same, jax.random.uniform, PLAN, keys, "test")
    for run, key in enumerate(keys):
        tasks = tasks_of(jax.random.uniform, PLAN, key)
        np.testing.assert_allclose(curves.train[run], tasks.train.mean(), rtol=1e-6)
        np.testing.assert_allclose(curves.held_out[run], tasks.held_out.mean(), rtol=1e-6)


def test_a_run_that_diverges_has_no_value_from_there_on():
    curves = learning_curves(
        counting(5), jax.random.uniform, PLAN, jax.random.split(jax.random.key(0), 2), "test"
    )
    np.testing.assert_array_equal(curves.held_out, [[0, 3, np.nan]] * 2)
    assert curves.diverged.all()


def test_training_tasks_are_trained_on_and_relabelled_where_that_is_asked_for():
    """The learner keeps the mean of its last batch: of tasks in [0, 1), or of their relabelled copies in [2, 3)."""

    def update(state, batch, key):
        zero = jnp.float32(0.0)
        return jnp.mean(batch.measure), Log(zero, zero, zero, zero, batch.measure)

    keeping = counting()._replace(
        init=lambda key: jnp.float32(-1.0),
        collect=lambda state, tasks, key: Batch(tasks if len(tasks) == PLAN.batch else state + 0 * tasks),
        update=update,
    )
    keys = jax.random.split(jax.random.key(1), 1)
    for relabel, low in ((None, 0), (lambda task, key: task + 2, 2)):
        curves = learning_curves(keeping, jax.random.uniform, PLAN, keys, "test", relabel)
        assert curves.train[0, 0] == -1 and low <= curves.train[0, 1] < low + 1


@pytest.mark.parametrize("repeats", [1, 3])
def test_the_last_point_averages_its_repeats(repeats):
    """Returns that are the key's own draw: with equal repeats a mean over them, which differs with their number."""
    drawing = counting()._replace(
        collect=lambda state, tasks, key: Batch(jax.random.uniform(key, (len(tasks),)))
    )
    plan = PLAN._replace(repeats=repeats, held_out_tasks=1000)
    curves = learning_curves(
        drawing, jax.random.uniform, plan, jax.random.split(jax.random.key(2), 1), "test"
    )
    assert abs(curves.held_out[0, -1] - 0.5) < 4 * np.sqrt(1 / 12 / 1000 / repeats)


def noisy():
    """Return the learner that adds up what it is given to learn from: numbers that depend on tasks and on all keys."""

    def update(state, batch, key):
        zero = jnp.float32(0.0)
        state = state + jnp.mean(batch.measure) + jax.random.normal(key)
        return state, Log(zero, zero, zero, zero, batch.measure)

    return counting()._replace(
        collect=lambda state, tasks, key: Batch(0.1 * state + tasks + jax.random.normal(key, tasks.shape)),
        update=update,
    )


def test_a_run_is_the_loop_by_hand():
    """The keys of tasks, training and play, and the order in which a point trains and is looked at, are these."""
    learner, plan = noisy(), PLAN._replace(repeats=1)
    (key,) = keys = jax.random.split(jax.random.key(3), 1)
    curves = learning_curves(learner, jax.random.uniform, plan, keys, "test")
    prepare_key, advance_key, train_key, _ = jax.random.split(key, 4)
    task_key, _, begin_key = jax.random.split(prepare_key, 3)
    tasks = jax.vmap(jax.random.uniform)(jax.random.split(task_key, plan.training_tasks))

    def drawn(key, episode):
        return tasks[jax.random.randint(jax.random.split(key)[0], (plan.batch,), 0, plan.training_tasks)]

    run, returns = begin(learner, begin_key), []
    for point in range(plan.points + 1):
        run = train(learner, drawn, run, plan.block, advance_key)[0] if point else run
        played = learner.collect(
            run.state, tasks, jax.random.split(jax.random.fold_in(train_key, point), 1)[0]
        )
        returns.append(float(jnp.mean(played.measure)))
    np.testing.assert_allclose(curves.train[0], returns, rtol=1e-6)
    np.testing.assert_allclose(curves.states, [run.state], rtol=1e-6)


def test_a_store_that_passes_everything_on_changes_nothing():
    keys = jax.random.split(jax.random.key(4), 2)
    passing = Replay(lambda batch: (), lambda store, batch, key: (store, batch))
    plain, passed, drawn = (
        learning_curves(noisy(), jax.random.uniform, PLAN, keys, "test", replay=replay)
        for replay in (None, passing, uniform_replay(4, 8))
    )
    np.testing.assert_array_equal(plain.train, passed.train)
    np.testing.assert_array_equal(plain.train[:, 0], drawn.train[:, 0])
    assert (plain.train[:, 1:] != drawn.train[:, 1:]).all()


def test_curves_are_rows_by_run_point_and_kind():
    curves = learning_curves(
        counting(), jax.random.uniform, PLAN, jax.random.split(jax.random.key(0), 1), "test"
    )
    rows = curve_rows(curves, PLAN.trials * 10)
    assert rows.to_numpy().tolist() == [
        [0, steps, tasks, updates]
        for steps, updates in ((0, 0.0), (120, 3.0), (240, 6.0))
        for tasks in ("train", "held_out")
    ]
