"""Exact returns of the barcode bandit: by hand, against Bayes' rule over histories, and greedy against all policies."""

from functools import cache

import numpy as np
import pytest

from athanor.tasks.contextual_bandit.environment import ContextualBandit
from athanor.tasks.contextual_bandit.exact import greedy_by_exposure, optimum, oracle, random


def over_histories(rules, pulls):
    """Return the optimum by recursion over the joint weights of good arms, history by history."""

    @cache
    def value(weights, left):
        if left == 0:
            return 0.0
        return max(after(np.array(weights), left, arm) for arm in range(rules.arms))

    def after(weights, left, arm):
        chance = np.where(np.arange(rules.arms) == arm, rules.high, rules.low)
        won, lost = weights * chance, weights * (1 - chance)
        later = [value(tuple(part), left - 1) if part.sum() else 0.0 for part in (won, lost)]
        return won.sum() + sum(later)

    return value((1 / rules.arms,) * rules.arms, pulls)


def test_by_hand():
    rules = ContextualBandit(arms=2, pulls=2, exposures=1)
    assert random(rules) == pytest.approx(2 * 0.5)
    assert oracle(rules) == pytest.approx(1.8)
    # After one pull the better arm is known with a chance of 0.9: it pays with 0.9 · 0.9 + 0.1 · 0.1.
    assert optimum(rules, 2) == pytest.approx(0.5 + 0.82)
    assert greedy_by_exposure(rules) == pytest.approx([0.5 + 0.82])


@pytest.mark.parametrize(("arms", "pulls", "high"), [(2, 6, 0.9), (3, 5, 0.9), (4, 4, 0.7)])
def test_the_optimum_is_that_over_histories(arms, pulls, high):
    rules = ContextualBandit(arms=arms, high=high, low=1 - high)
    assert optimum(rules, pulls) == pytest.approx(over_histories(rules, pulls))


@pytest.mark.parametrize(
    ("arms", "pulls", "exposures", "high"), [(10, 6, 1, 0.9), (2, 3, 4, 0.9), (3, 3, 3, 0.9), (5, 4, 2, 0.6)]
)
def test_no_policy_earns_more_than_greedy_pulls(arms, pulls, exposures, high):
    rules = ContextualBandit(arms=arms, pulls=pulls, exposures=exposures, high=high, low=1 - high)
    earned = np.cumsum(greedy_by_exposure(rules))
    for exposure in range(exposures):
        assert earned[exposure] == pytest.approx(optimum(rules, pulls * (exposure + 1)))


def test_memory_comes_near_the_oracle():
    rules = ContextualBandit(arms=4, exposures=4)
    earned = greedy_by_exposure(rules)
    assert (np.diff(earned) > 0).all()
    assert random(rules) < earned[0] < earned[-1] < oracle(rules)
    assert earned[-1] > 0.99 * oracle(rules)


def test_chances_that_are_not_symmetric_are_one_line():
    with pytest.raises(ValueError, match=r"^low is 0.2, must be 1 − high = 0.1 for an exact solution$"):
        optimum(ContextualBandit(low=0.2), 3)
