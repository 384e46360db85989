"""Meta-gradients: by hand, against finite differences through several updates, and where they settle."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.meta_gradients import (
    MetaState,
    lambda_update,
    meta_gradient,
    moved,
    squared_error,
    start,
    value_update,
)

RATE = 0.25
UPDATE = partial(value_update, rate=RATE)
REWARDS = jnp.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0], [-2.0, 1.0, 1.0], [0.0, 1.0, 2.0]])


def test_one_update_by_hand():
    # Returns with discounts (a, b, ·) of rewards (1, 2, −1): 1 + a (2 − b), 2 − b, −1.
    state = start(jnp.zeros(3), jnp.array([0.5, 0.1, 1.0]))
    state = moved(UPDATE, state, REWARDS[0], full=True)
    assert np.allclose(state.parameters, [0.25 * 1.95, 0.25 * 1.9, -0.25])
    assert np.allclose(state.trace, 0.25 * np.array([[1.9, -0.5, 0], [0, -1, 0], [0, 0, 0]]))
    # Undiscounted returns of (0.5, 0, 3): 3.5, 3, 3; the gradient of the squares is 2 (v − G).
    slope = 2 * (np.asarray(state.parameters) - [3.5, 3, 3])
    expected = slope @ np.asarray(state.trace)
    assert np.allclose(meta_gradient(squared_error, state, REWARDS[1]), expected)


def after(update, meta, updates, objective=squared_error):
    """Return the objective after some updates with the same meta-parameters, in plain order."""
    values = jnp.zeros(3)
    for rewards in REWARDS[:updates]:
        values = update(values, meta, rewards)
    return float(objective(values, REWARDS[updates]))


def gradient(update, meta, updates, full):
    state = start(jnp.zeros(3), meta)
    for rewards in REWARDS[:updates]:
        state = moved(update, state, rewards, full)
    return np.asarray(meta_gradient(squared_error, state, REWARDS[updates]))


@pytest.mark.parametrize(
    ("update", "meta"),
    [(UPDATE, jnp.array([0.6, 0.3, 0.9])), (partial(lambda_update, rate=RATE), jnp.array([0.8, 0.4]))],
)
def test_the_full_gradient_is_that_of_finite_differences(update, meta):
    step = 1e-2
    found = gradient(update, meta, 3, full=True)
    for place in range(len(meta)):
        up, down = (after(update, meta.at[place].add(sign * step), 3) for sign in (1, -1))
        assert found[place] == pytest.approx((up - down) / (2 * step), rel=2e-2, abs=2e-3)


def test_the_truncated_gradient_forgets_all_updates_but_the_last():
    meta = jnp.array([0.6, 0.3, 0.9])
    full, truncated = (gradient(UPDATE, meta, 3, full) for full in (True, False))
    assert not np.allclose(full, truncated)
    before = start(jnp.zeros(3), meta)
    for rewards in REWARDS[:2]:
        before = moved(UPDATE, before, rewards, full=True)
    last = moved(UPDATE, MetaState(before.parameters, meta, jnp.ones((3, 3))), REWARDS[2], full=False)
    assert np.allclose(truncated, meta_gradient(squared_error, last, REWARDS[3]))
    assert np.allclose(gradient(UPDATE, meta, 1, True), gradient(UPDATE, meta, 1, False))


def test_lambda_zero_looks_up_values_and_one_does_not():
    values, rewards = jnp.array([1.0, 2.0, 3.0]), REWARDS[0]
    one_step = lambda_update(values, jnp.array([0.5, 0.0]), rewards, 1.0)
    assert np.allclose(one_step, [1 + 0.5 * 2, 2 + 0.5 * 3, -1])
    returns = lambda_update(values, jnp.array([0.5, 1.0]), rewards, 1.0)
    assert np.allclose(returns, value_update(values, jnp.full(3, 0.5), rewards, 1.0))


def test_the_mean_gradients_are_those_of_both_errors_in_closed_form():
    """Two states, noise of variance 1 behind a signal of 1: d/dγ of (1 + m γ − 1 − m)² + κ (s² + γ²), m = 0.5."""
    rate, gamma, mean = 0.5, 0.4, 0.5

    def gradient_after(key, full):
        rewards = jnp.array([1.0, mean]) + jnp.array([0.0, 1.0]) * jax.random.normal(key, (41, 1))
        update = partial(value_update, rate=rate)
        state = start(jnp.array([1 + mean * gamma, mean]), jnp.array([gamma, 1.0]))
        state, _ = jax.lax.scan(lambda one, seen: (moved(update, one, seen, full), None), state, rewards[:-1])
        return meta_gradient(squared_error, state, rewards[-1])[0]

    keys = jax.random.split(jax.random.key(0), 20_000)
    bias = 2 * (mean * gamma - mean) * mean
    for full, kappa, scale in ((True, rate / (2 - rate), 1.0), (False, rate, rate)):
        found = np.asarray(jax.jit(jax.vmap(partial(gradient_after, full=full)))(keys), float)
        error = found.std() / np.sqrt(len(found))
        assert abs(found.mean() - scale * (bias + kappa * 2 * gamma)) < 4 * error
        assert error < 0.03
