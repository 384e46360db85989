"""A policy's return and gradient in the room: by hand, by simulation, and what is told of runs."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.overview.learned import gradient_signal
from athanor.experiments.overview.learned.config import GradientSignal
from athanor.experiments.overview.learned.skills import ROOM, WORLD

KEY = jax.random.key(0)
SETTINGS = GradientSignal(runs=2, trajectories=50, updates=20, shots=(1, 5), tuning_updates=3)
REWARDS = jax.nn.one_hot(ROOM.start + 1, ROOM.cells)
LOGITS = jax.random.normal(KEY, WORLD.following.shape)


def test_staying_where_it_pays_by_hand() -> None:
    """The start pays and all stay: a step each. With the goal next to it, one step to get there is not paid."""
    stays = jnp.zeros(WORLD.following.shape).at[:, 0].set(50.0)
    of_start = jax.nn.one_hot(ROOM.start, ROOM.cells)
    assert float(gradient_signal.expected_return(stays, of_start)) == pytest.approx(ROOM.steps)
    towards = int(np.flatnonzero(ROOM.following[ROOM.start] == ROOM.start + 1)[0])
    goes = stays.at[ROOM.start].set(0.0).at[ROOM.start, towards].set(50.0)
    assert float(gradient_signal.expected_return(goes, REWARDS)) == pytest.approx(ROOM.steps)
    assert float(gradient_signal.values(goes, REWARDS)[-1, ROOM.start]) == pytest.approx(1.0)


def test_values_before_the_first_step_are_the_return() -> None:
    found = gradient_signal.values(LOGITS, REWARDS)[0, ROOM.start]
    assert float(found) == pytest.approx(float(gradient_signal.expected_return(LOGITS, REWARDS)), rel=1e-5)


def test_estimates_are_unbiased() -> None:
    """Their mean is the exact gradient, within five standard errors in each of 125 components."""
    count = 20_000
    each = jax.jit(gradient_signal.single_gradients, static_argnums=2)(LOGITS, REWARDS, count, KEY)
    exact = jax.grad(gradient_signal.expected_return)(LOGITS, REWARDS)
    error = each.std(axis=0) / count**0.5
    assert (jnp.abs(each.mean(axis=0) - exact) <= 5 * error + 1e-6).all()
    noise = float(jnp.mean(jnp.sum((each - exact) ** 2, axis=(1, 2))) / jnp.sum(exact**2))
    found = gradient_signal.trajectories_for_signal(count, LOGITS, REWARDS, KEY)
    assert float(found) == pytest.approx(noise, rel=1e-4)


def test_one_trajectory_teaches_nothing() -> None:
    """It is its own mean, so that nothing is better than expected."""
    earned = gradient_signal.fine_tuned(SETTINGS, 1, REWARDS, KEY)
    uniform = gradient_signal.expected_return(jnp.zeros_like(LOGITS), REWARDS)
    assert np.allclose(earned, uniform, rtol=1e-5)


def test_rows_of_a_run() -> None:
    table = gradient_signal.run(SETTINGS, KEY)["gradient_signal"]
    assert len(table) == 2 * (3 + 2 * 3) and (table["row"] == 6).all() and table["value"].notna().all()
    wide = table.pivot(index=["run", "condition"], columns="quantity", values="value")
    assert (wide.xs("shots5", level="condition")["below_most"] == 0).all()
    assert (wide["lost"].dropna() >= 0).all() and (wide["trajectories"].dropna() > 0).all()
