"""Exact returns against hand-worked values, known ones, and a plain recursion over ordered arms."""

from functools import cache

import numpy as np
import pytest
from scipy.stats import beta

from athanor.tasks.bandit import multisets
from athanor.tasks.bandit.exact import AGENTS, exact_values, shifted_values
from athanor.tasks.bandit.gittins import gittins_indices
from athanor.tasks.bandit.thompson import choice_probabilities, quadrature

Arm = tuple[int, int]  # successes, failures
GRID = (np.arange(4000) + 0.5) / 4000


def plain_thompson(arms: tuple[Arm, ...]) -> np.ndarray:
    """Integrate on a fine grid."""
    laws = [beta(successes + 1, failures + 1) for successes, failures in arms]
    below = np.array([law.cdf(GRID) for law in laws])
    return np.array(
        [np.mean(law.pdf(GRID) * np.delete(below, arm, axis=0).prod(axis=0)) for arm, law in enumerate(laws)]
    )


@cache
def plain_index(arm: Arm, left: int) -> float:
    """Bisect for the price at which starting is worth nothing."""

    def net(price: float, successes: int, failures: int, left: int) -> float:
        if left == 0:
            return 0.0
        mean = (successes + 1) / (successes + failures + 2)
        paid = max(0.0, net(price, successes + 1, failures, left - 1))
        return (
            mean - price + mean * paid + (1 - mean) * max(0.0, net(price, successes, failures + 1, left - 1))
        )

    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if net(middle, *arm, left) > 0 else (low, middle)
    return low


def plain_value(agent: str, arms: int, pulls: int) -> float:
    """Return an agent's expected return by recursion over every history of counts."""

    def best(scores: np.ndarray) -> np.ndarray:
        chosen = scores > scores.max() - 1e-5
        return chosen / chosen.sum()

    @cache
    def value(state: tuple[Arm, ...], left: int) -> float:
        if left == 0:
            return 0.0
        mean = np.array([(s + 1) / (s + f + 2) for s, f in state])
        gain = []
        for arm, (s, f) in enumerate(state):
            paid, unpaid = (
                value((*state[:arm], new, *state[arm + 1 :]), left - 1) for new in ((s + 1, f), (s, f + 1))
            )
            gain.append(mean[arm] * (1 + paid) + (1 - mean[arm]) * unpaid)
        if agent == "bayes_optimal":
            return max(gain)
        if agent == "thompson":
            return float(plain_thompson(state) @ gain)
        scores = mean if agent == "greedy" else np.array([plain_index(arm, left) for arm in state])
        return float(best(scores) @ gain)

    return value(((0, 0),) * arms, pulls)


def test_one_and_two_pulls() -> None:
    assert exact_values(2, 1)["bayes_optimal"] == 1 / 2
    # After a success the same arm pays 2/3; after a failure the other one pays 1/2.
    assert exact_values(2, 2)["bayes_optimal"] == pytest.approx(13 / 12, abs=1e-14)
    assert exact_values(2, 2)["thompson"] == pytest.approx(37 / 36, abs=1e-14)  # the other arm in a third


@pytest.mark.parametrize(("arms", "pulls", "value"), [(2, 5, 2.888889), (5, 10, 6.659988)])
def test_known_optimal_values(arms: int, pulls: int, value: float) -> None:
    assert exact_values(arms, pulls)["bayes_optimal"] == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize(("arms", "pulls"), [(2, 5), (3, 4), (4, 3)])
def test_values_by_plain_recursion(agent: str, arms: int, pulls: int) -> None:
    assert exact_values(arms, pulls)[agent] == pytest.approx(plain_value(agent, arms, pulls), abs=2e-6)


def test_one_arm_earns_its_mean_and_no_agent_beats_the_optimum() -> None:
    assert list(exact_values(1, 7).values()) == pytest.approx([3.5] * len(AGENTS))
    values = exact_values(3, 12)
    assert max(values.values()) == values["bayes_optimal"] < 12 * 3 / 4
    assert values["gittins"] > values["greedy"] > values["thompson"] > 6


def test_more_arms_than_pulls_are_worth_nothing() -> None:
    few, many = exact_values(6, 6), exact_values(9, 6)
    assert few["bayes_optimal"] == pytest.approx(many["bayes_optimal"], abs=1e-13)
    assert few["greedy"] == pytest.approx(many["greedy"], abs=1) and few["greedy"] != many["greedy"]


def test_partitions_and_multisets_count_every_state_once() -> None:
    ways = {
        tuple(sorted(((s1, m1 - s1), (s2, 5 - m1 - s2))))
        for m1 in range(6)
        for s1 in range(m1 + 1)
        for s2 in range(6 - m1)
    }
    counts = [
        np.prod([multisets.multiset_count(*group) for group in partition])
        for partition in multisets.partitions(5, 2)
    ]
    assert sum(counts) == len(ways)
    assert sorted(multisets.partitions(3, 2)) == [((0, 1), (3, 1)), ((1, 1), (2, 1))]


def test_multisets_by_number() -> None:
    rows = [tuple(row) for row in multisets.multisets(2, 3).tolist()]
    assert len(set(rows)) == len(rows) == multisets.multiset_count(2, 3) == 10
    pairs = [tuple(row) for row in multisets.multisets(2, 2).tolist()]
    for number, row in enumerate(rows):
        for arm in range(3):
            assert pairs[multisets.without(2, 3)[number, arm]] == row[:arm] + row[arm + 1 :]
    for number, row in enumerate(pairs):
        for successes in range(3):
            assert rows[multisets.joined(2, 2)[number, successes]] == tuple(sorted((*row, successes)))


def test_thompson_chooses_a_success_over_a_fresh_arm_twice_in_three_times() -> None:
    fresh, tried = choice_probabilities(quadrature(2, 3), ((0, 1), (1, 1)))
    np.testing.assert_allclose(fresh.ravel(), [2 / 3, 1 / 3])  # the tried arm failed, or paid
    np.testing.assert_allclose(tried.ravel(), [1 / 3, 2 / 3])


def test_indices() -> None:
    indices = gittins_indices(10)
    assert indices[1, 0, 0] == pytest.approx(0.5, abs=1e-9)
    # Two pulls left: (1/2 + 1/2 · 2/3) / (1 + 1/2) = 5/9, going on after a success alone.
    assert indices[2, 0, 0] == pytest.approx(5 / 9, abs=2e-3)
    assert indices[10, 0, 0] == pytest.approx(0.698, abs=1e-3)
    later = np.diff(indices[1:6, :5, :5], axis=0)[:, *np.tril_indices(5)]
    assert np.all(later > -1e-12)  # more pulls left are worth more
    for (successes, failures), left in (((2, 1), 4), ((0, 3), 5), ((1, 1), 6)):
        plain = plain_index((successes, failures), left)
        assert indices[left, successes + failures, successes] == pytest.approx(plain, abs=1e-3)


def test_the_index_of_a_fresh_arm_with_a_hundred_pulls_left() -> None:
    assert gittins_indices(100, prices=129)[100, 0, 0] == pytest.approx(0.868, abs=1e-3)


def test_two_pulls_of_two_shifted_arms_by_hand():
    """Of Beta(2, 1): 2/3, then 3/4 if that paid, and else the other arm's 2/3, above the 2/4 of the one pulled."""
    exact = 2 / 3 + 2 / 3 * 3 / 4 + 1 / 3 * 2 / 3
    assert shifted_values(2, 2, 2.0, 1.0) == pytest.approx({"optimal": exact, "optimal_elsewhere": exact})


def test_uniform_arms_are_not_shifted():
    best = exact_values(3, 6)["bayes_optimal"]
    assert shifted_values(3, 6, 1.0, 1.0) == pytest.approx({"optimal": best, "optimal_elsewhere": best})


def test_who_takes_shifted_arms_for_uniform_earns_less():
    """And no less than random pulls, which pay 2/3 in the mean."""
    found = shifted_values(5, 10, 2.0, 1.0)
    assert 10 * 2 / 3 < found["optimal_elsewhere"] < found["optimal"] < 10 * 10 / 11
