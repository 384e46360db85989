"""The best play of bandits with independent arms where something is not seen: the reward, the action, the past.

- Without the last reward nothing that is seen depends on the arms: every play earns half of the pulls.
- Without the last action nothing is lost: among the best plays there is a deterministic one, and it knows what it did from
  what it saw. Only a policy that draws its actions, and does not see what it drew, loses.
- Without memory an arm is chosen by the last action, the last reward and the time. The rule of each step enters the return
  once, and linearly: so among the best policies there is a deterministic one. It is searched for by branch and bound, where
  the bound is what the rest of the play would earn with all of the past remembered.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

from athanor.tasks.bandit.environment import Bandit

Counts = tuple[tuple[int, int], ...]  # of each arm: successes, failures
Context = tuple[
    int, ...
]  # what a policy without memory sees: last action and last reward, or nothing at the start
Histories = dict[Context, dict[Counts, float]]  # how likely each is
MARGIN = 1e-12  # of values that are equal but for rounding
MOST_PULLS = 10  # what takes seconds for two arms


class _Branch(NamedTuple):
    """Pulling an arm in a context."""

    gain: float
    bound: float  # of the gain and all that follows
    histories: Histories


def without_reward(rules: Bandit) -> float:
    """Return what every policy earns that does not see rewards."""
    return rules.pulls / 2


def without_memory(rules: Bandit) -> float:
    """Return the most that a policy without memory earns; raise ValueError where the search would not end in seconds."""
    if rules.dependent:
        raise ValueError("dependent is True, must be False for play without memory")
    if rules.arms != 2 or rules.pulls > MOST_PULLS:
        raise ValueError(
            f"arms and pulls are {rules.arms} and {rules.pulls}, must be 2 and at most {MOST_PULLS} for the search"
        )
    start: Histories = {(): {((0, 0),) * rules.arms: 1.0}}
    return _search(start, rules.pulls, 0.0, 0.0)


def win_stay_lose_shift(rules: Bandit) -> float:
    """Return what is earned by staying on an arm that paid and going on to the next one, in a circle, where it did not."""
    histories: Histories = {(): {((0, 0),) * rules.arms: 1.0}}
    earned = 0.0
    for _ in range(rules.pulls):
        branches = [
            _branch(among, (context[0] + 1 - context[1]) % rules.arms if context else 0, 0)
            for context, among in histories.items()
        ]
        earned += sum(branch.gain for branch in branches)
        histories = _merged(branches)
    return earned


def _search(histories: Histories, left: int, earned: float, known: float) -> float:
    """Return the most that can be earned in all, or `known` where that is no less."""
    if left == 0:
        return max(known, earned)
    arms = len(next(iter(next(iter(histories.values())))))
    options = [[_branch(among, arm, left) for arm in range(arms)] for among in histories.values()]
    for bound, branches in _by_bound(options):
        if earned + bound <= known + MARGIN:
            break
        gain = sum(branch.gain for branch in branches)
        known = _search(_merged(branches), left - 1, earned + gain, known)
    return known


def _by_bound(options: list[list[_Branch]]) -> Iterator[tuple[float, tuple[_Branch, ...]]]:
    """Return all ways to choose an arm in each context, the most promising first."""
    chosen = [(sum(branch.bound for branch in branches), branches) for branches in product(*options)]
    yield from sorted(chosen, key=lambda pair: -pair[0])


def _branch(among: dict[Counts, float], arm: int, left: int) -> _Branch:
    """Return what pulling an arm earns and leads to, given what may have been; with no steps left there is no bound."""
    gain, bound, following = 0.0, 0.0, defaultdict[Context, dict[Counts, float]](dict)
    for counts, chance in among.items():
        successes, failures = counts[arm]
        mean = (successes + 1) / (successes + failures + 2)
        gain += chance * mean
        for paid, likely in ((1, mean), (0, 1 - mean)):
            pulled = (successes + paid, failures + 1 - paid)
            after = (*counts[:arm], pulled, *counts[arm + 1 :])
            following[arm, paid][after] = chance * likely
            bound += chance * likely * _remembered(after, left - 1) if left else 0.0
    return _Branch(gain, gain + bound, following)


def _merged(branches: list[_Branch] | tuple[_Branch, ...]) -> Histories:
    """Return the histories that all contexts lead to."""
    merged: Histories = {}
    for branch in branches:
        for context, among in branch.histories.items():
            into = merged.setdefault(context, {})
            for counts, chance in among.items():
                into[counts] = into.get(counts, 0.0) + chance
    return merged


@cache
def _remembered(counts: Counts, left: int) -> float:
    """Return the most that is earned with the past remembered: the same for arms in any order."""
    return _sorted_value(tuple(sorted(counts)), left)


@cache
def _sorted_value(counts: Counts, left: int) -> float:
    if left == 0:
        return 0.0
    values = []
    for arm, (successes, failures) in enumerate(counts):
        mean = (successes + 1) / (successes + failures + 2)
        others = counts[:arm] + counts[arm + 1 :]
        won = _remembered((*others, (successes + 1, failures)), left - 1)
        lost = _remembered((*others, (successes, failures + 1)), left - 1)
        values.append(mean * (1 + won) + (1 - mean) * lost)
    return max(values)
