"""Tests of athanor.reporting.crossed: numbers by hand, its two limits, and its coverage where tasks differ."""

import math

import numpy as np
import pytest
import scipy.stats

from athanor.reporting import statistics
from athanor.reporting.crossed import crossed
from athanor.reporting.statistics import Estimate


def crossed_mean(values: np.ndarray, confidence: float) -> Estimate:
    (low,), (high,) = crossed(values[None], confidence)
    return Estimate(float(values.mean()), float(low), float(high))


def test_by_hand() -> None:
    """Means of runs 2 and 4, of tasks 1, 3 and 5: variances 2 / 2 and 4 / 3; the rest is ±1, ∓1 and 0."""
    values = np.array([[1.0, 1.0, 4.0], [1.0, 5.0, 6.0]])
    found = crossed_mean(values, 0.95)
    parts = np.array([1.0, 4 / 3, (2 * (1 + 1)) / 2 / 6])
    variance = parts[0] + parts[1] - parts[2]
    degrees = variance**2 / (parts**2 / [1, 2, 2]).sum()
    half = scipy.stats.t.ppf(0.975, degrees) * math.sqrt(variance)
    assert tuple(found) == pytest.approx((3.0, 3.0 - half, 3.0 + half))


def test_alike_tasks_leave_students_interval_of_the_runs() -> None:
    runs = np.random.default_rng(0).normal(size=8)
    found = crossed_mean(np.tile(runs[:, None], 5), 0.95)
    assert tuple(found) == pytest.approx(tuple(statistics.mean(runs, np.random.default_rng(0))))
    assert tuple(crossed_mean(np.tile(runs, (5, 1)), 0.95)) == pytest.approx(tuple(found))


def test_it_is_never_narrower_than_that_of_the_runs_by_its_own_degrees() -> None:
    values = np.random.default_rng(1).normal(size=(6, 9))
    low, high = crossed_mean(values, 0.95)[1:]
    error = values.mean(1).std(ddof=1) / math.sqrt(6)
    assert high - low >= 2 * scipy.stats.norm.ppf(0.975) * error


@pytest.mark.parametrize("shape", [(1, 5), (5, 1)])
def test_one_run_or_one_task_shows_nothing_of_others(shape: tuple[int, int]) -> None:
    found = crossed_mean(np.arange(5.0).reshape(shape), 0.95)
    assert found.value == 2.0 and math.isnan(found.low) and math.isnan(found.high)


def test_equal_values_have_no_interval_and_a_batch_is_taken_one_by_one() -> None:
    values = np.random.default_rng(3).normal(size=(2, 3, 4))
    values[1] = 0.1
    low, high = crossed(values, 0.95)
    assert (low[0], high[0]) == tuple(crossed_mean(values[0], 0.95))[1:]
    assert math.isnan(low[1]) and math.isnan(high[1])


def test_it_covers_the_mean_over_unseen_tasks_where_an_interval_over_runs_does_not() -> None:
    rng = np.random.default_rng(2)
    covered = {"crossed": 0, "runs": 0}
    for _ in range(400):
        values = 0.5 * rng.normal(size=(10, 1)) + rng.normal(size=24) + rng.normal(size=(10, 24))
        by_run = statistics.mean(values.mean(1), rng)
        for name, found in (("crossed", crossed_mean(values, 0.95)), ("runs", by_run)):
            covered[name] += found.low <= 0.0 <= found.high
    assert covered["crossed"] / 400 >= 0.93
    assert covered["runs"] / 400 < 0.9
