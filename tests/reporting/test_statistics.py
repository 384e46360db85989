"""Tests of athanor.reporting.statistics: the rule of every interval, its promises, and the yardstick."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from athanor.reporting import intervals, statistics
from athanor.reporting.statistics import STATISTICS, Estimate

SAMPLES = arrays(float, st.integers(2, 40), elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 3)))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def estimated(statistic: str, *samples: np.ndarray, **bounds: tuple[float, float]) -> Estimate:
    return statistics.estimate(statistic, samples, rng(), 0.95, 200, **bounds)


def test_normalised_score_by_hand() -> None:
    np.testing.assert_allclose(
        statistics.normalised_score(np.array([10.0, 60.0, 85.0]), 10.0, 60.0), [0, 1, 1.5]
    )


def test_normalised_score_needs_a_scale() -> None:
    with pytest.raises(ValueError, match="must exceed"):
        statistics.normalised_score(np.array([1.0]), 2.0, 2.0)


def test_few_units_have_students_interval_and_more_bootstrap_t() -> None:
    values = rng(1).exponential(size=30)
    (low,), (high,) = intervals.student(values[None, :29], 0.95)
    assert statistics.mean(values[:29], rng())[1:] == (low, high)
    (low,), (high,) = intervals.bootstrap_t(values[None], 0.95, 10_000, rng(2))
    found = statistics.mean(values, rng(2))
    assert found[1:] == (low, high)
    assert found.high - found.value > found.value - found.low  # as skewed as the values


@given(st.integers(1, 200), st.data())
def test_proportion_is_inside_its_interval(trials: int, data: st.DataObject) -> None:
    value, low, high = statistics.proportion(data.draw(st.integers(0, trials)), trials)
    assert 0 <= low <= value <= high <= 1 and low < high


def test_proportion_is_the_share_of_zeros_and_ones() -> None:
    assert estimated("share", np.array([1.0] * 7 + [0.0] * 5)) == statistics.proportion(7, 12)


def test_ratio_of_medians_keeps_pairs_together() -> None:
    seconds = np.geomspace(1.0, 100.0, 25)
    twice = seconds * (3.0 + 0.001 * rng(1).normal(size=25))
    np.testing.assert_allclose(statistics.ratio_of_medians(twice, seconds, rng()), 3.0, atol=0.01)


def test_three_timings_decide_nothing() -> None:
    slow, fast = np.array([20.0, 30.0, 44.0]), np.array([2.0, 3.0, 4.0])
    value, low, high = statistics.ratio_of_medians(slow, fast, rng())
    assert value == 10.0 and math.isnan(low) and math.isnan(high)


def test_difference_of_means_of_samples_of_different_sizes() -> None:
    value, low, high = statistics.difference_of_means(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0]), rng())
    assert value == -1.0 and low < -1.0 < high
    assert low + high == pytest.approx(-2.0)


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("units", [2, 10, 40])
@pytest.mark.parametrize("value", [0.0, 1.0, 0.1])
def test_equal_units_never_give_width_zero(statistic: str, units: int, value: float) -> None:
    shape = (units, 3) if statistic == "crossed_mean" else units  # every run meets three tasks
    samples = [np.full(shape, value)] * STATISTICS[statistic].samples
    if statistic == "share":
        assert (
            estimated(statistic, np.round(samples[0])).high - estimated(statistic, np.round(samples[0])).low
            > 0.08
        )
    else:
        assert np.isnan(estimated(statistic, *samples)[1:]).all()


def test_equal_units_within_bounds_by_hand() -> None:
    differing = 1 - 0.025**0.1  # of ten equal runs, the share of all runs that may differ
    ones = np.ones(10)
    assert estimated("mean", ones, bounds=(0.0, 1.0)) == pytest.approx(statistics.proportion(10, 10))
    found = estimated("mean", 3 * ones, bounds=(0.0, 4.0))
    assert found == pytest.approx((3.0, 3 - 3 * differing, 3 + differing))


def test_no_mean_lies_outside_the_bounds() -> None:
    values = np.array([0.9, 1.0, 1.0, 0.8, 1.0])
    free, bounded = estimated("mean", values), estimated("mean", values, bounds=(0.0, 1.0))
    assert free.high > 1.0
    assert bounded == (free.value, free.low, 1.0)


def test_bounds_are_of_means() -> None:
    with pytest.raises(ValueError, match="bounds belong to a mean"):
        estimated("median", np.arange(9.0), bounds=(0.0, 9.0))


@settings(max_examples=50)
@given(SAMPLES)
def test_the_mean_lies_in_its_interval_or_has_none(values: np.ndarray) -> None:
    value, low, high = statistics.mean(values, rng(), resamples=200)
    assert value == pytest.approx(values.mean())
    if math.isnan(low):
        assert np.ptp(values) == 0 or np.ptp(values) < 1e-9 * np.abs(values).max()
    elif len(values) < statistics.FEW:
        assert low < value < high
    else:
        assert low < high


@settings(max_examples=25)
@given(SAMPLES, st.sampled_from([0.5, 2.0, 8.0]))
def test_mean_scales_with_the_unit(values: np.ndarray, scale: float) -> None:
    # Powers of two multiply without rounding.
    plain = np.array(statistics.mean(values, rng(), resamples=200))
    scaled = statistics.mean(scale * values, rng(), resamples=200)
    np.testing.assert_allclose(scaled, scale * plain, rtol=1e-9)


def test_same_generator_same_interval() -> None:
    values = rng(1).normal(size=30)
    assert statistics.mean(values, rng(7)) == statistics.mean(values, rng(7))
    assert statistics.mean(values, rng(7)) != statistics.mean(values, rng(8))


def test_bootstrap_of_another_statistic() -> None:
    first = rng(1).normal(size=50)
    second = first + 0.5 * rng(2).normal(size=50)

    def correlation(one: np.ndarray, other: np.ndarray, axis: int) -> np.ndarray:
        one, other = (x - x.mean(axis, keepdims=True) for x in (one, other))
        return (one * other).sum(axis) / np.sqrt((one**2).sum(axis) * (other**2).sum(axis))

    value, low, high = statistics.bootstrap([first, second], correlation, rng(), resamples=500)
    assert value == pytest.approx(np.corrcoef(first, second)[0, 1])
    assert 0.5 < low < value < high < 1.0


def test_bootstrap_of_what_no_resample_changes_has_no_interval() -> None:
    equal = statistics.bootstrap([np.ones(6)], np.median, rng(), resamples=500)
    assert equal.value == 1.0 and math.isnan(equal.low) and math.isnan(equal.high)


def test_one_observation_has_no_interval() -> None:
    with pytest.raises(ValueError, match="2 observations"):
        statistics.mean(np.array([1.0]), rng())
    value, low, high = estimated("mean", np.array([1.0]))
    assert value == 1.0 and math.isnan(low) and math.isnan(high)


def test_the_least_and_the_largest_by_hand() -> None:
    """The end towards the other conditions is of the stricter intervals, and a condition without one leaves none."""
    plain = [Estimate(2.0, 1.0, 3.0), Estimate(2.5, 2.0, 3.5)]
    strict = [Estimate(2.0, 0.5, 3.25), Estimate(2.5, 1.75, 4.0)]
    assert statistics.extreme(False, plain, strict) == Estimate(2.0, 1.0, 3.25)
    assert statistics.extreme(True, plain, strict) == Estimate(2.5, 1.75, 3.5)
    unknown = Estimate(1.0, math.nan, math.nan)
    found = statistics.extreme(False, [*plain, unknown], [*strict, unknown])
    assert found.value == 1.0 and math.isnan(found.low) and math.isnan(found.high)
    assert statistics.bonferroni(0.95, 10) == pytest.approx(0.995)


def test_the_interval_of_the_least_mean_covers() -> None:
    """Six equal means of ten normal values each: the least sample mean is far below, its interval is not."""
    rng = np.random.default_rng(0)
    covered = []
    for _ in range(300):
        samples = rng.normal(size=(6, 10))
        plain, strict = (
            [statistics.mean(sample, rng, confidence=level) for sample in samples]
            for level in (0.95, statistics.bonferroni(0.95, 6))
        )
        found = statistics.extreme(False, plain, strict)
        covered.append(found.low <= 0.0 <= found.high)
    assert np.mean(covered) >= 0.95
