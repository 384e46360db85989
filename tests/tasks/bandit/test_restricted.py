"""Restricted play of bandits against numbers by hand, all policies of a small game, and the exact optimum."""

from itertools import product

import numpy as np
import pytest

from athanor.tasks.bandit import restricted
from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.bandit.exact import exact_values


def test_two_pulls_by_hand():
    # Stay after a success (2/3), else take the other arm (1/2): memory could do no more.
    assert restricted.without_memory(Bandit(2, 2)) == pytest.approx(0.5 + 0.5 * 2 / 3 + 0.5 * 0.5)
    assert restricted.without_reward(Bandit(5, 10)) == 5


def expected(pulls, rules):
    """Return the expected return of a policy: for each step the arm by last action and reward, all histories summed."""
    total = 0.0
    for paid in product((0, 1), repeat=pulls):
        arm, chance, counts = 0, 1.0, np.ones((2, 2))
        for time, reward in enumerate(paid):
            if time:
                arm = rules[time - 1][2 * arm + paid[time - 1]]
            chance *= counts[arm, reward] / counts[arm].sum()
            counts[arm, reward] += 1
        total += chance * sum(paid)
    return total


def test_it_is_the_best_of_all_policies():
    pulls = 4
    rule = list(product((0, 1), repeat=4))
    best = max(expected(pulls, rules) for rules in product(rule, repeat=pulls - 1))
    assert restricted.without_memory(Bandit(2, pulls)) == pytest.approx(best)


@pytest.mark.parametrize("pulls", [2, 5])
def test_a_fixed_rule_earns_what_its_histories_say(pulls):
    stay_or_shift = [(1, 0, 0, 1)] * (pulls - 1)
    assert restricted.win_stay_lose_shift(Bandit(2, pulls)) == pytest.approx(expected(pulls, stay_or_shift))


def test_play_lies_between_a_fixed_rule_and_the_optimum():
    for pulls in (3, 6, 7):
        best = restricted.without_memory(Bandit(2, pulls))
        optimum = exact_values(2, pulls)["bayes_optimal"]
        assert restricted.win_stay_lose_shift(Bandit(2, pulls)) <= best + 1e-12 <= optimum + 2e-12
        assert pulls > 3 or best == pytest.approx(optimum)
    assert restricted.without_memory(Bandit(2, 7)) < exact_values(2, 7)["bayes_optimal"] - 0.05


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        (Bandit(3, 5), "arms and pulls are 3 and 5, must be 2 and at most 10 for the search"),
        (Bandit(2, 11), "arms and pulls are 2 and 11, must be 2 and at most 10 for the search"),
        (Bandit(2, 5, dependent=True), "dependent is True, must be False for play without memory"),
    ],
)
def test_what_takes_too_long_is_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        restricted.without_memory(rules)
    assert str(error.value) == line
