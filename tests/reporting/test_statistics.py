"""Tests of athanor.reporting.statistics: worked numbers, properties, coverage, scipy as a second opinion."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from athanor.reporting import statistics

SAMPLES = arrays(float, st.integers(2, 30), elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 3)))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_normalised_score_by_hand() -> None:
    np.testing.assert_allclose(
        statistics.normalised_score(np.array([10.0, 60.0, 85.0]), 10.0, 60.0), [0, 1, 1.5]
    )


def test_normalised_score_needs_a_scale() -> None:
    with pytest.raises(ValueError, match="must exceed"):
        statistics.normalised_score(np.array([1.0]), 2.0, 2.0)


def test_proportion_by_hand() -> None:
    # Wilson for 8 of 10: centre (0.8 + z²/20) / (1 + z²/10), half-width z / (1 + z²/10) · sqrt(0.016 + z²/400).
    z = 1.959963984540054
    centre = (0.8 + z**2 / 20) / (1 + z**2 / 10)
    half = z / (1 + z**2 / 10) * np.sqrt(0.016 + z**2 / 400)
    np.testing.assert_allclose(statistics.proportion(8, 10), (0.8, centre - half, centre + half), rtol=1e-12)


@given(st.integers(1, 200), st.data())
def test_proportion_is_inside_its_interval(trials: int, data: st.DataObject) -> None:
    value, low, high = statistics.proportion(data.draw(st.integers(0, trials)), trials)
    assert -1e-12 <= low <= value + 1e-12 and value - 1e-12 <= high <= 1 + 1e-12


def test_mean_agrees_with_scipy() -> None:
    values = rng(1).exponential(size=40)
    expected = scipy.stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="BCa", rng=rng(2)
    ).confidence_interval
    np.testing.assert_allclose(statistics.mean(values, rng(3), resamples=20_000)[1:], expected, rtol=0.02)


def test_ratio_of_medians_by_hand() -> None:
    slow, fast = np.array([20.0, 30.0, 44.0]), np.array([2.0, 3.0, 4.0])
    value, low, high = statistics.ratio_of_medians(slow, fast, rng())
    assert value == 10.0
    assert low == 10.0 and high == 11.0  # every resampled pair has ratio 10 or 11


def test_ratio_of_medians_keeps_pairs_together() -> None:
    seconds = np.geomspace(1.0, 100.0, 25)
    np.testing.assert_allclose(statistics.ratio_of_medians(3.0 * seconds, seconds, rng()), 3.0)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_mean_interval_covers(level: float) -> None:
    repeats = 300
    draws = rng(5).normal(1.0, 2.0, size=(repeats, 60))
    estimates = [statistics.mean(row, rng(i), confidence=level, resamples=400) for i, row in enumerate(draws)]
    covered = sum(low <= 1.0 <= high for _, low, high in estimates)
    # Five binomial standard errors, and two points for the bootstrap's known shortness at n = 60.
    assert abs(covered / repeats - level) < 0.02 + 5 * np.sqrt(level * (1 - level) / repeats)


@settings(max_examples=50)
@given(SAMPLES)
def test_mean_interval_lies_within_the_data(values: np.ndarray) -> None:
    value, low, high = statistics.mean(values, rng(), resamples=200)
    span = 1e-9 * (1.0 + np.abs(values).max())
    assert values.min() - span <= low <= high <= values.max() + span
    assert value == pytest.approx(values.mean())


@settings(max_examples=25)
@given(SAMPLES, st.sampled_from([0.5, 2.0, 8.0]))
def test_mean_scales_with_the_unit(values: np.ndarray, scale: float) -> None:
    # Powers of two multiply without rounding, so that the same rows are resampled to the same ties.
    plain = np.array(statistics.mean(values, rng(), resamples=200))
    np.testing.assert_allclose(
        statistics.mean(scale * values, rng(), resamples=200), scale * plain, rtol=1e-12
    )


def test_same_generator_same_interval() -> None:
    values = rng(1).normal(size=30)
    assert statistics.mean(values, rng(7)) == statistics.mean(values, rng(7))
    assert statistics.mean(values, rng(7)) != statistics.mean(values, rng(8))


def test_median_of_tied_values_falls_back_to_percentiles() -> None:
    values = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 5.0])
    value, low, high = statistics.bootstrap([values], np.median, rng(), resamples=500)
    assert value == 1.0 and 1.0 <= low <= high <= 5.0


def test_one_observation_has_no_interval() -> None:
    with pytest.raises(ValueError, match="2 observations"):
        statistics.mean(np.array([1.0]), rng())
