"""Returns and advantages against numbers worked out by hand, their limits, and plain loops."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning import returns

discounted_returns = jax.jit(returns.discounted_returns)
lambda_returns = jax.jit(returns.lambda_returns, static_argnums=3)
generalised_advantages = jax.jit(returns.generalised_advantages, static_argnums=4)
retrace_targets = jax.jit(returns.retrace_targets)
retrace_traces = jax.jit(returns.retrace_traces, static_argnums=2)

# Rewards 1, 2, 4 with discount 1/2; values of the states passed 1, 3, 2; the episode ends after the third reward.
R = jnp.array([1.0, 2.0, 4.0])
DISCOUNT = jnp.array([0.5, 0.5, 0.0])
V_TM1 = jnp.array([1.0, 3.0, 2.0])
V_T = jnp.array([3.0, 2.0, 0.0])


def test_discounted_returns_by_hand():
    np.testing.assert_allclose(discounted_returns(R, DISCOUNT), [3.0, 4.0, 4.0])


def test_lambda_returns_by_hand():
    # Backwards: 4; 2 + 0.5 (0.5 * 2 + 0.5 * 4) = 3.5; 1 + 0.5 (0.5 * 3 + 0.5 * 3.5) = 2.625.
    np.testing.assert_allclose(lambda_returns(R, DISCOUNT, V_T, 0.5), [2.625, 3.5, 4.0])


def test_generalised_advantages_by_hand():
    # Temporal differences 1.5, 0, 2; backwards: 2; 0 + 0.25 * 2 = 0.5; 1.5 + 0.25 * 0.5 = 1.625.
    np.testing.assert_allclose(generalised_advantages(R, DISCOUNT, V_TM1, V_T, 0.5), [1.625, 0.5, 2.0])


def test_retrace_by_hand():
    # Values of the actions 1, 3, 2; expected values that follow 3, 2, 0; traces of the later actions 0.5 and 0.25.
    # Errors 1.5, 0, 2 as above; backwards: 2; 0 + 0.5 * 0.25 * 2 = 0.25; 1.5 + 0.5 * 0.5 * 0.25 = 1.5625.
    trace = jnp.array([0.5, 0.25, 9.0])
    np.testing.assert_allclose(retrace_targets(R, DISCOUNT, V_TM1, V_T, trace), [2.5625, 3.25, 4.0])


def test_traces_by_hand():
    # Ratios 2, 1/2 and 1: a trace is never longer than lambda.
    target, behaviour = jnp.log(jnp.array([0.8, 0.2, 0.3])), jnp.log(jnp.array([0.4, 0.4, 0.3]))
    np.testing.assert_allclose(retrace_traces(target, behaviour, 0.9), [0.9, 0.45, 0.9], rtol=1e-6)


def test_retrace_without_traces_looks_one_step_ahead():
    np.testing.assert_allclose(
        retrace_targets(R, DISCOUNT, V_TM1, V_T, jnp.zeros(3)), R + DISCOUNT * V_T, rtol=1e-6
    )


@pytest.mark.parametrize("lambda_", [0.0, 0.7, 1.0])
def test_retrace_on_policy_is_the_lambda_return_where_actions_are_worth_their_expectation(lambda_):
    """Then q_t = v_t; with lambda 1 what is left of the values is the last one, and here the episode ends."""
    trace = retrace_traces(jnp.zeros(3), jnp.zeros(3), lambda_)
    found = retrace_targets(R, DISCOUNT, V_TM1, V_T, trace)
    np.testing.assert_allclose(found, lambda_returns(R, DISCOUNT, V_T, lambda_), rtol=1e-6)
    if lambda_ == 1.0:
        np.testing.assert_allclose(found, discounted_returns(R, DISCOUNT), rtol=1e-6)


def test_lambda_0_looks_one_step_ahead():
    one_step = R + DISCOUNT * V_T
    np.testing.assert_allclose(lambda_returns(R, DISCOUNT, V_T, 0.0), one_step)
    np.testing.assert_allclose(generalised_advantages(R, DISCOUNT, V_TM1, V_T, 0.0), one_step - V_TM1)


def test_lambda_1_gives_the_whole_return():
    whole = discounted_returns(R, DISCOUNT)
    np.testing.assert_allclose(lambda_returns(R, DISCOUNT, V_T, 1.0), whole)
    np.testing.assert_allclose(generalised_advantages(R, DISCOUNT, V_TM1, V_T, 1.0), whole - V_TM1)


def test_a_cut_episode_is_worth_the_last_value():
    discount = jnp.full(3, 0.5)
    cut = lambda_returns(R, discount, V_T.at[-1].set(8.0), 1.0)
    np.testing.assert_allclose(cut, discounted_returns(R.at[-1].add(4.0), discount))


def test_nothing_crosses_an_end():
    discount = DISCOUNT.at[1].set(0.0)
    before = generalised_advantages(R, discount, V_TM1, V_T, 0.9)
    after = generalised_advantages(R.at[2].set(1e6), discount, V_TM1, V_T, 0.9)
    np.testing.assert_array_equal(before[:2], after[:2])


@pytest.mark.parametrize("seed", range(5))
def test_against_plain_loops(seed):
    rng = np.random.default_rng(seed)
    steps, lambda_ = 37, 0.97
    r, v_tm1, v_t = rng.normal(size=(3, steps)).astype(np.float32)
    discount = (0.98 * (rng.random(steps) > 0.1)).astype(np.float32)
    trace = (rng.random(steps) * lambda_).astype(np.float32)
    wholes, advantages, corrections = np.zeros((3, steps))
    later_return, later_advantage, later_correction = float(v_t[-1]), 0.0, 0.0
    for t in reversed(range(steps)):
        later_return = r[t] + discount[t] * ((1 - lambda_) * v_t[t] + lambda_ * later_return)
        later_advantage = r[t] + discount[t] * v_t[t] - v_tm1[t] + lambda_ * discount[t] * later_advantage
        later_correction = r[t] + discount[t] * v_t[t] - v_tm1[t] + discount[t] * trace[t] * later_correction
        wholes[t], advantages[t], corrections[t] = later_return, later_advantage, later_correction
    arrays = [jnp.asarray(x) for x in (r, discount, v_tm1, v_t)]
    got = lambda_returns(arrays[0], arrays[1], arrays[3], lambda_)
    np.testing.assert_allclose(got, wholes, rtol=2e-5, atol=2e-5)
    np.testing.assert_allclose(generalised_advantages(*arrays, lambda_), advantages, rtol=2e-5, atol=2e-5)
    found = retrace_targets(*arrays, jnp.asarray(trace))
    np.testing.assert_allclose(found, v_tm1 + corrections, rtol=2e-5, atol=2e-5)
