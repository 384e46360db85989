"""The bound by hand, its gradient, and simulated policies against their exact values."""

import jax
import numpy as np
import pytest

from athanor.tasks.bandit import policies
from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.bandit.exact import exact_values
from athanor.tasks.bandit.lagrangian import _smoothed, bound_at, lagrangian_bound
from athanor.tasks.bandit.simulation import simulated_returns

RULES = Bandit(5, 10)


def test_one_pull() -> None:
    assert bound_at(3, np.array([0.4])).value == pytest.approx(0.4 + 3 * 0.1)
    assert bound_at(3, np.array([0.6])).value == pytest.approx(0.6)
    assert lagrangian_bound(3, 1).value == pytest.approx(0.5, abs=1e-3)


def test_two_pulls_of_one_arm() -> None:
    # At prices 0.3: the second pull is worth 2/3 − 0.3, or 1/3 − 0.3; without the first one 0.2.
    assert bound_at(1, np.array([0.3, 0.3])).value == pytest.approx(0.6 + 0.2 + 0.2)


def test_it_bounds_the_optimum_at_any_prices_and_closely_at_the_best() -> None:
    optimum = exact_values(5, 10)["bayes_optimal"]
    prices = np.random.default_rng(0).uniform(0, 1, (20, 10))
    bounds = [bound_at(5, price).value for price in prices]
    best = lagrangian_bound(5, 10).value
    assert optimum <= best <= min(bounds)
    assert best < optimum + 0.07
    assert bound_at(5, prices[:2].mean(axis=0)).value <= np.mean(bounds[:2])  # convex


def test_gradient_by_finite_differences() -> None:
    price = np.array([0.62, 0.55, 0.6, 0.5])
    value, gradient = _smoothed(price, 3, 0.05)
    assert value >= bound_at(3, price).value
    for at, step in enumerate(1e-6 * np.eye(4)):
        slope = (_smoothed(price + step, 3, 0.05)[0] - _smoothed(price - step, 3, 0.05)[0]) / 2e-6
        assert gradient[at] == pytest.approx(slope, abs=1e-7)


def test_random_pulls_earn_half() -> None:
    bound = lagrangian_bound(5, 10)
    returns = simulated_returns(RULES, policies.uniform(RULES), bound, 2000, jax.random.key(3))
    assert returns.max() <= bound.value + 1e-4  # gaps are not negative
    assert returns.mean() == pytest.approx(5.0, abs=4 * returns.std() / len(returns) ** 0.5)
