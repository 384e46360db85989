"""Best discounts: by hand, against a plain sum over paths of discounts, and against a search of another kind."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from athanor.tasks.chains.discounts import best_by_state, best_single, errors, long_run, moments, threshold
from athanor.tasks.chains.environment import FAR, NEAR, Chains

CHAIN = Chains()


def test_moments_by_hand():
    mean, variance = moments(Chains(length=4, signal=2.0, deviation=3.0), np.array([0.5, 0.1, 1.0, 0.7]))
    # Rewards of 0, 2, 0, 2 in the mean, with variances 9, 0, 9, 0.
    assert mean == pytest.approx([0.5 * (2 + 0.1 * 2), 2 + 0.1 * 2, 2, 2])
    assert variance == pytest.approx([9 + 0.25 * 0.01 * 9, 0.01 * 9, 9, 0])


def test_moments_are_those_of_played_returns():
    game, discounts = Chains(length=5), np.array([0.9, 0.5, 1.0, 0.8, 0.3])
    task = game.sample_task(jax.random.key(0))

    def played(key):
        def step(state, key):
            following, transition = game.step(task, state, jnp.int32(0), key)
            return following, transition.reward

        _, rewards = jax.lax.scan(step, game.reset(task, key), jax.random.split(key, 5))
        return rewards

    rewards = np.asarray(jax.jit(jax.vmap(played))(jax.random.split(jax.random.key(1), 20_000)), float)
    weights = np.cumprod([1.0, *discounts[:-1]])
    returns = rewards @ weights
    mean, variance = moments(game, discounts)
    assert returns.mean() == pytest.approx(mean[0], abs=4 * returns.std() / np.sqrt(20_000))
    assert returns.var() == pytest.approx(variance[0], rel=4 * np.sqrt(2 / 20_000))


def test_errors_are_where_the_moments_of_the_estimate_settle():
    discounts, rate = np.linspace(0, 1, 10), 0.3
    target, _ = moments(CHAIN, np.ones(10))
    mean, variance = moments(CHAIN, discounts)
    estimate, spread = np.zeros(10), np.zeros(10)
    for _ in range(200):
        estimate, spread = estimate + rate * (mean - estimate), (1 - rate) ** 2 * spread + rate**2 * variance
    assert errors(CHAIN, discounts, long_run(rate)) == pytest.approx((estimate - target) ** 2 + spread)


def test_the_shortest_chain_by_hand():
    # (0.1 γ − 0.1)² is least at 1, since what follows the first state has no noise.
    assert best_by_state(Chains(length=2), 0.5)[0] == pytest.approx(1)
    # Three states: the discount of the odd one alone lets noise in, and there is no signal behind it.
    assert best_by_state(Chains(length=3), 0.5)[:2] == pytest.approx([1, 0])


def test_of_four_states_none_is_better_on_a_grid():
    chain, grid = Chains(length=4, signal=0.7), np.linspace(0, 1, 11)
    best = errors(chain, best_by_state(chain, 0.5), 0.5).sum()
    tried = [errors(chain, np.array([*some, 1.0]), 0.5).sum() for some in product(grid, repeat=3)]
    assert best <= min(tried) <= best + 0.02


@pytest.mark.parametrize("rate", [0.5, 0.1, 0.05])
def test_ten_states_against_another_search(rate):
    kappa, starts = long_run(rate), [np.full(9, value) for value in (0.1, 0.5, 0.9)]
    settings = {"bounds": [(0, 1)] * 9, "method": "L-BFGS-B", "options": {"ftol": 1e-15, "gtol": 1e-10}}
    searched = [
        minimize(lambda some: errors(CHAIN, np.append(some, 1.0), kappa).sum(), start, **settings)
        for start in starts
    ]
    found = best_by_state(CHAIN, kappa)
    assert errors(CHAIN, found, kappa).sum() == pytest.approx(min(one.fun for one in searched), abs=1e-9)
    single = minimize_scalar(
        lambda one: errors(CHAIN, np.full(10, one), kappa).sum(), bounds=(0, 1), options={"xatol": 1e-9}
    )
    assert best_single(CHAIN, kappa) == pytest.approx(single.x, abs=1e-5)


def test_known_values_at_a_rate_of_a_half():
    kappa = long_run(0.5)
    discounts = best_by_state(CHAIN, kappa)
    assert discounts[1:9:2] == pytest.approx([0.127, 0.106, 0.070, 0.034], abs=6e-4)
    assert discounts[0:9:2] == pytest.approx(np.ones(5))
    assert errors(CHAIN, discounts, kappa).mean() == pytest.approx(0.2247, abs=6e-5)
    single = best_single(CHAIN, kappa)
    assert single == pytest.approx(0.128, abs=6e-4)
    assert errors(CHAIN, np.full(10, single), kappa).mean() == pytest.approx(0.2497, abs=6e-5)


def test_the_threshold_is_where_both_rewards_are_worth_the_same():
    game = Chains("delay", length=30)
    assert threshold(game) == pytest.approx(0.99672, abs=5e-6)
    task = game.sample_task(jax.random.key(0))

    def discounted(action, discount):
        state, total = game.reset(task, jax.random.key(0)), 0.0
        for step in range(30):
            state, transition = game.step(task, state, jnp.int32(action), jax.random.key(0))
            total += discount**step * float(transition.reward)
        return total

    for shift, better in ((1e-4, FAR), (-1e-4, NEAR)):
        values = [discounted(action, threshold(game) + shift) for action in (NEAR, FAR)]
        assert np.argmax(values) == better
