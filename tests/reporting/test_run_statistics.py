"""Tests of the three statistics of stability, on numbers worked by hand."""

import numpy as np
import pytest

from athanor.reporting import run_statistics
from athanor.reporting.intervals import student
from athanor.reporting.run_statistics import frame_statistics, interval, resamples, slope

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


def test_a_diverged_run_is_left_out() -> None:
    frame = np.vstack([FRAME, [[4.0, np.nan]]])
    with_it = frame_statistics(frame, np.ones((1, 4)))
    for name, values in frame_statistics(FRAME, ONCE).items():
        assert with_it[name] == pytest.approx(values)


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
    assert (weights.sum(1) == 5).all()


def test_interval_covers_the_spread_of_a_mean() -> None:
    values = np.random.default_rng(2).normal(size=(40, 1)).repeat(2, axis=1)
    found = frame_statistics(values, resamples(np.random.default_rng(3), 40, 4000))
    value, low, high = interval(found["mean"], 0.95, 40)
    assert value == pytest.approx(values.mean())
    (expected_low,), (expected_high,) = student(values[:, 0][None], 0.95)
    assert (low, high) == pytest.approx((expected_low, expected_high), abs=0.02)


def test_interval_by_hand() -> None:
    # Replicates 1 and 3 have the deviation 1; of two runs t is 12.706 and the factor √2.
    assert interval(np.array([2.0, 1.0, 3.0]), 0.95, 2) == pytest.approx(
        (2.0, 2 - 17.969, 2 + 17.969), abs=1e-3
    )
    found = interval(np.exp([2.0, 1.0, 3.0]), 0.95, 2, positive=True)
    assert np.log(found) == pytest.approx((2.0, 2 - 17.969, 2 + 17.969), abs=1e-3)


def test_equal_replicates_have_no_interval() -> None:
    value, low, high = interval(np.ones(5), 0.95, 10, positive=True)
    assert value == 1.0 and np.isnan(low) and np.isnan(high)


def test_pairs_are_of_different_runs() -> None:
    differences = np.arange(9.0).reshape(1, 3, 3) + np.zeros((4, 1, 1))
    drawn = run_statistics.single_pairs(differences, np.random.default_rng(4), 500)
    assert drawn.shape == (4, 500)
    assert set(np.unique(drawn)) == {1.0, 2.0, 3.0, 5.0, 6.0, 7.0}
