"""Tests of athanor.reporting.intervals: numbers by hand, then scipy and plain loops as second opinions."""

import numpy as np
import pytest
import scipy.stats

from athanor.reporting import intervals

T2 = 4.302652729911275  # 97.5 % quantile of Student's t with 2 degrees of freedom
Z = 1.959963984540054


def batch(*values: float) -> np.ndarray:
    return np.array([values], float)


def ends(found: intervals.Ends) -> list[float]:
    return [float(end[0]) for end in found]


def test_student_by_hand() -> None:
    assert ends(intervals.student(batch(1, 2, 3), 0.95)) == pytest.approx([2 - T2 / 3**0.5, 2 + T2 / 3**0.5])


def test_welch_is_scipys() -> None:
    first, second = batch(1, 2, 3), batch(2, 4, 6, 9)
    expected = scipy.stats.ttest_ind(first[0], second[0], equal_var=False).confidence_interval(0.9)
    assert ends(intervals.welch(first, second, 0.9)) == pytest.approx([expected.low, expected.high])


@pytest.mark.parametrize(("units", "place"), [(6, 1), (8, 1), (9, 2), (10, 2), (20, 6)])
def test_order_statistics_by_the_table_of_the_sign_test(units: int, place: int) -> None:
    values = np.arange(1.0, units + 1)[None]
    assert ends(intervals.order_statistics(values, 0.95)) == [place, units + 1 - place]


def test_five_units_have_no_interval_of_a_median() -> None:
    assert np.isnan(ends(intervals.order_statistics(batch(1, 2, 3, 4, 5), 0.95))).all()
    assert ends(intervals.order_statistics(batch(5, 2, 3, 4, 1), 0.9)) == [1, 5]  # 1 - 2 / 32 = 0.9375


def test_exact_binomial_by_hand_and_as_scipys() -> None:
    assert ends(intervals.clopper_pearson(np.array([0]), 10, 0.95)) == pytest.approx([0, 1 - 0.025**0.1])
    assert ends(intervals.clopper_pearson(np.array([10]), 10, 0.95)) == pytest.approx([0.025**0.1, 1])
    expected = scipy.stats.binomtest(7, 12).proportion_ci(0.8, method="exact")
    found = ends(intervals.clopper_pearson(np.array([7]), 12, 0.8))
    assert found == pytest.approx([expected.low, expected.high])


def test_ratio_of_means_by_hand() -> None:
    factor = np.exp(T2 / 3**0.5 / 2)  # the error of the mean over the mean
    found = ends(intervals.ratio_of_means(batch(1, 2, 3), batch(1, 1, 1), 0.95))
    assert found == pytest.approx([2 / factor, 2 * factor])
    swapped = ends(intervals.ratio_of_means(batch(-1, -2, -3), batch(1, 1, 1), 0.95))
    assert swapped == pytest.approx([-2 - T2 / 3**0.5, -2 + T2 / 3**0.5])


def test_a_ratio_and_its_inverse_have_inverse_intervals() -> None:
    first, second = np.exp(np.random.default_rng(1).normal(size=(2, 1, 12)))
    low, high = ends(intervals.ratio_of_means(first, second, 0.95))
    inverse = ends(intervals.ratio_of_means(second, first, 0.95))
    assert inverse == pytest.approx([1 / high, 1 / low])


def test_ratio_over_nothing_is_undefined() -> None:
    assert np.isnan(intervals.mean_ratio(batch(1, 2), batch(0, 0)))[0]


def test_spread_by_hand() -> None:
    # -2, -1, 0, 1, 2: s² = 2.5; kurtosis 5 (16 + 1 + 0 + 1 + 16) / 10² = 1.7 about the trimmed mean 0.
    correction = 5 / (5 - Z)
    error = correction * np.sqrt((1.7 - 2 / 5) / 4)
    expected = [np.sqrt(correction * 2.5 * np.exp(sign * Z * error)) for sign in (-1, 1)]
    assert ends(intervals.spread(batch(-2, -1, 0, 1, 2), 0.95)) == pytest.approx(expected)
    assert np.isnan(ends(intervals.spread(batch(1, 2, 3, 4), 0.95))).all()


def test_bootstrap_t_is_that_of_a_plain_loop() -> None:
    values = np.random.default_rng(3).exponential(size=30)
    error = values.std(ddof=1) / 30**0.5
    drawn = np.random.default_rng(4).choice(values, size=(20_000, 30))
    standardised = (drawn.mean(1) - values.mean()) / (drawn.std(1, ddof=1) / 30**0.5)
    low, high = np.quantile(standardised, [0.025, 0.975])
    found = ends(intervals.bootstrap_t(values[None], 0.95, 20_000, np.random.default_rng(5)))
    assert found == pytest.approx(
        [values.mean() - high * error, values.mean() - low * error], abs=0.03 * error * 10
    )


def test_bootstrap_t_of_resamples_without_spread_is_students() -> None:
    values = np.r_[np.ones(39), 0.0][None]  # 36 % of the resamples are all 1
    found = intervals.bootstrap_t(values, 0.95, 500, np.random.default_rng(0))
    assert ends(found) == ends(intervals.student(values, 0.95))


def test_ratio_of_medians_by_hand() -> None:
    slow, fast = batch(20, 20, 20, 30, 30, 30, 44), batch(2, 2, 2, 3, 3, 3, 4)
    found = ends(intervals.ratio_of_medians(slow, fast, 0.95, 2000, np.random.default_rng(0)))
    assert found == [10.0, 10.0]  # a median of 44 over 4 takes four draws of seven in one pair: 1 %
    few = intervals.ratio_of_medians(slow[:, :5], fast[:, :5], 0.95, 100, np.random.default_rng(0))
    assert np.isnan(ends(few)).all()


def test_resampled_counts_draw_as_many_units_as_there_are() -> None:
    blocks = list(intervals.resampled_counts(np.random.default_rng(0), 500_000, 9))
    assert [len(block) for block in blocks] == [4, 4, 1]
    assert all((block.sum(1) == 500_000).all() for block in blocks)
    (small,) = intervals.resampled_counts(np.random.default_rng(0), 3, 20_000)
    np.testing.assert_allclose(small.mean(0), 1.0, atol=0.03)
    np.testing.assert_allclose(small.var(0), 2 / 3, atol=0.03)  # multinomial: n (1/n) (1 - 1/n)
