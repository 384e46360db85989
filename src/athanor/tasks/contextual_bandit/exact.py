"""Exact returns in a context of the barcode bandit whose low chance is 1 − high.

A pull that pays multiplies an arm's odds to be the good one by high / low, one that does not divides them by as much: all
that matters of an arm are its successes less its failures, and of all arms the multiset of these scores. With the
scores d and w = high / low,

    P(arm a is the good one) = w^d(a) / Σ w^d,    P(it pays) = low + (high − low) P(arm a is the good one).

The greedy agent pulls an arm that is most likely to be good. It is compared with dynamic programming over all policies:
where that can be computed, nothing earns more than greedy pulls, in any number of them.
"""

from collections import defaultdict
from functools import cache

import numpy as np
from jaxtyping import Float

from athanor.tasks.contextual_bandit.environment import ContextualBandit

Scores = tuple[int, ...]  # successes less failures of each arm, from the greatest down


def optimum(rules: ContextualBandit, pulls: int) -> float:
    """Return the greatest expected return of some pulls in one context, over all policies."""
    _check(rules)

    @cache
    def value(scores: Scores, left: int) -> float:
        if left == 0:
            return 0.0
        different = [arm for arm in range(rules.arms) if arm == 0 or scores[arm] != scores[arm - 1]]
        return max(after(scores, left, arm) for arm in different)

    def after(scores: Scores, left: int, arm: int) -> float:
        paid = float(_chances(rules, scores)[arm])
        won, lost = (value(_changed(scores, arm, change), left - 1) for change in (1, -1))
        return paid * (1 + won) + (1 - paid) * lost

    return value((0,) * rules.arms, pulls)


def greedy_by_exposure(rules: ContextualBandit) -> Float[np.ndarray, "exposure"]:
    """Return the expected return of each exposure of greedy pulls that forget nothing of the context."""
    _check(rules)
    states: dict[Scores, float] = {(0,) * rules.arms: 1.0}
    earned = np.zeros(rules.exposures * rules.pulls)
    for pull in range(len(earned)):
        following: dict[Scores, float] = defaultdict(float)
        for scores, probability in states.items():
            paid = float(_chances(rules, scores)[0])
            earned[pull] += probability * paid
            following[_changed(scores, 0, 1)] += probability * paid
            following[_changed(scores, 0, -1)] += probability * (1 - paid)
        states = following
    return earned.reshape(rules.exposures, rules.pulls).sum(axis=1)


def oracle(rules: ContextualBandit) -> float:
    """Return the expected return of an exposure of who knows the good arm."""
    return rules.pulls * rules.high


def random(rules: ContextualBandit) -> float:
    """Return the expected return of an exposure of arms drawn uniformly."""
    return rules.pulls * (rules.high + (rules.arms - 1) * rules.low) / rules.arms


def _chances(rules: ContextualBandit, scores: Scores) -> Float[np.ndarray, "arm"]:
    """Return the chance that each arm pays."""
    weights = (rules.high / rules.low) ** (np.array(scores, float) - scores[0])
    return rules.low + (rules.high - rules.low) * weights / weights.sum()


def _changed(scores: Scores, arm: int, change: int) -> Scores:
    changed = [*scores[:arm], scores[arm] + change, *scores[arm + 1 :]]
    return tuple(sorted(changed, reverse=True))


def _check(rules: ContextualBandit) -> None:
    if abs(rules.low + rules.high - 1) > 1e-9:
        raise ValueError(f"low is {rules.low}, must be 1 − high = {1 - rules.high:g} for an exact solution")
