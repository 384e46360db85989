"""Two dependent arms by hand and by induction over both actions."""

from functools import cache

import numpy as np
import pytest

from athanor.tasks.bandit.dependent import dependent_values
from athanor.tasks.bandit.environment import Bandit


def plain_optimum(low: float | None, pulls: int) -> float:
    """Return the optimal value by recursion over histories, p being on a grid."""
    first = (np.arange(20000) + 0.5) / 20000 if low is None else np.array([low, 1 - low])
    arms = (first, 1 - first)

    @cache
    def value(counts: tuple[tuple[int, int], tuple[int, int]], left: int) -> float:
        if left == 0:
            return 0.0
        weight = np.prod([p**s * (1 - p) ** f for p, (s, f) in zip(arms, counts, strict=True)], axis=0)
        gains = []
        for arm, (s, f) in enumerate(counts):
            mean = float(arms[arm] @ weight / weight.sum())
            paid, unpaid = (
                value(tuple(new if each == arm else counts[each] for each in range(2)), left - 1)
                for new in ((s + 1, f), (s, f + 1))
            )
            gains.append(mean * (1 + paid) + (1 - mean) * unpaid)
        return max(gains)

    return value(((0, 0), (0, 0)), pulls)


def test_two_pulls_by_hand() -> None:
    uniform = dependent_values(Bandit(2, 2, dependent=True))
    assert uniform["bayes_optimal"] == pytest.approx(1 / 2 + 2 / 3)
    assert uniform["oracle"] == pytest.approx(1.5)
    # After a sign for one arm it is the better one with probability 3/4, and pays 2/3.
    assert uniform["thompson"] == pytest.approx(1 / 2 + 3 / 4 * 2 / 3 + 1 / 4 * 1 / 3)
    two = dependent_values(Bandit(2, 2, dependent=True, low=0.1))
    assert two["bayes_optimal"] == pytest.approx(0.5 + 0.9 * 0.9 + 0.1 * 0.1)
    assert two["oracle"] == pytest.approx(1.8)


@pytest.mark.parametrize("low", [None, 0.25, 0.4])
def test_greedy_is_optimal(low: float | None) -> None:
    values = dependent_values(Bandit(2, 6, dependent=True, low=low))
    assert values["greedy"] == values["bayes_optimal"] == pytest.approx(plain_optimum(low, 6), abs=1e-6)


def test_order_of_agents() -> None:
    values = dependent_values(Bandit(2, 50, dependent=True))
    assert values["random"] < values["thompson"] < values["greedy"] < values["oracle"]


def test_independent_arms_are_refused() -> None:
    with pytest.raises(ValueError, match="dependent is False, must be True"):
        dependent_values(Bandit(2, 6))
