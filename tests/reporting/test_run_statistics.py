"""Tests of the three statistics of stability, on numbers worked by hand."""

import numpy as np
import pytest

from athanor.reporting import left_out, run_statistics
from athanor.reporting.intervals import student
from athanor.reporting.run_statistics import (
    frame_statistics,
    interval,
    resamples,
    slope,
    unpaired_difference,
    without_each,
)

FRAME = np.array([[1.0, 3.0], [5.0, 9.0], [2.0, 2.0]])
ONCE = np.ones((1, 3))


def test_by_hand() -> None:
    found = {name: values[0] for name, values in frame_statistics(FRAME, ONCE).items()}
    assert found["mean"] == pytest.approx(22 / 6)
    assert found["within_frame"] == pytest.approx((np.sqrt(2) + np.sqrt(8) + 0) / 3)
    assert found["across_seeds"] == pytest.approx(np.std([2, 7, 2], ddof=1))
    # |differences| / 2, mean over the episodes: 2.5, 0.5 and 2.5.
    assert found["two_runs"] == pytest.approx((2.5 + 0.5 + 2.5) / 3)


def test_a_run_drawn_twice_is_no_pair_with_itself() -> None:
    drawn = frame_statistics(FRAME, np.array([[2.0, 1.0, 0.0], [3.0, 0.0, 0.0]]))
    assert drawn["two_runs"][0] == pytest.approx(2.5)
    assert np.isnan(drawn["two_runs"][1])
    assert drawn["mean"][0] == pytest.approx((2 * 2 + 7) / 3)


def test_where_a_run_diverged_there_are_values_and_no_resamples() -> None:
    frame = np.vstack([FRAME, [[4.0, np.nan]]])
    with_it = frame_statistics(frame, resamples(np.random.default_rng(1), 4, 50))
    for name, (value,) in frame_statistics(FRAME, ONCE).items():
        assert with_it[name][0] == pytest.approx(value) and np.isnan(with_it[name][1:]).all()
        assert np.isnan(interval(with_it[name], 0.95, 4)[1:]).all()


def test_all_diverged_is_undefined() -> None:
    found = frame_statistics(np.full((2, 3), np.nan), np.ones((1, 2)))
    assert all(np.isnan(values).all() for values in found.values())


def test_slope_of_a_line() -> None:
    x = np.array([1.0, 2.0, 4.0])
    lines = np.stack([3 * x, 1 - x], axis=1)
    np.testing.assert_allclose(slope(x, lines), [3.0, -1.0])


def test_resamples_draw_as_many_and_begin_with_the_sample() -> None:
    weights = resamples(np.random.default_rng(1), 5, 200)
    assert (weights[0] == 1).all()
    np.testing.assert_array_equal(weights[1:6], 1 - np.eye(5))
    assert (weights[6:].sum(1) == 5).all() and len(weights) == 206


def test_interval_covers_the_spread_of_a_mean() -> None:
    values = np.random.default_rng(2).normal(size=(40, 1)).repeat(2, axis=1)
    found = frame_statistics(values, resamples(np.random.default_rng(3), 40, 4000))
    value, low, high = interval(found["mean"], 0.95, 40)
    assert value == pytest.approx(values.mean())
    (expected_low,), (expected_high,) = student(values[:, 0][None], 0.95)
    assert (low, high) == pytest.approx((expected_low, expected_high), abs=0.02)


def test_interval_by_hand() -> None:
    # Replicates 1 and 3, after the two without a run, have the deviation 1; of two runs t is 12.706 and the factor √2.
    assert interval(np.array([2.0, 9.0, 9.0, 1.0, 3.0]), 0.95, 2) == pytest.approx(
        (2.0, 2 - 17.969, 2 + 17.969), abs=1e-3
    )
    found = interval(np.exp([2.0, 9.0, 9.0, 1.0, 3.0]), 0.95, 2, positive=True)
    assert np.log(found) == pytest.approx((2.0, 2 - 17.969, 2 + 17.969), abs=1e-3)


def test_the_interval_without_a_run_is_that_of_the_others() -> None:
    values = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.5])
    weights = resamples(np.random.default_rng(5), 6, 40_000)
    means = frame_statistics(np.stack([values, values], axis=1), weights)["mean"]
    found = np.array(left_out.read(without_each(means, weights, 0.95, 6)))
    for run, ends in enumerate(found):
        (low,), (high,) = student(np.delete(values, run)[None], 0.95)
        assert ends == pytest.approx((low, high), abs=0.06)


def test_of_a_difference_each_run_of_both_conditions_is_left_out() -> None:
    first, second = np.array([1.0, 2.0, 6.0]), np.array([0.0, 1.0, 2.0])
    both = []
    for number, values in enumerate((first, second)):
        weights = resamples(np.random.default_rng(number), 3, 500)
        both += [frame_statistics(np.stack([values, values], axis=1), weights)["mean"], weights]
    replicates, weights = unpaired_difference(*both)
    assert replicates[:7].tolist() == pytest.approx([2.0, 3.0, 2.5, 0.5, 1.5, 2.0, 2.5])
    intervals = left_out.read(without_each(replicates, weights, 0.95, 3))
    assert [np.mean(ends) for ends in intervals] == pytest.approx(replicates[1:7], abs=1e-4)
    assert interval(replicates, 0.95, 3, left_out=6).value == 2.0


def test_equal_replicates_have_no_interval() -> None:
    value, low, high = interval(np.ones(15), 0.95, 10, positive=True)
    assert value == 1.0 and np.isnan(low) and np.isnan(high)


def test_pairs_are_of_different_runs() -> None:
    differences = np.arange(9.0).reshape(1, 3, 3) + np.zeros((4, 1, 1))
    drawn = run_statistics.single_pairs(differences, np.random.default_rng(4), 500)
    assert drawn.shape == (4, 500)
    assert set(np.unique(drawn)) == {1.0, 2.0, 3.0, 5.0, 6.0, 7.0}
