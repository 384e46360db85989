import numpy as np
import pytest

from athanor.arc.coverage import covered


def test_coverage_by_hand():
    # On the circle the chord of the radius is 2 sin(half / 2) long; from 0.8 a single point is 0.2 away.
    first, last = covered(np.array([[0.0, 1.0], [0.8, 0.0], [0.0, 0.0], [2.0, 0.0]]), 0.2)
    half = 2 * np.arcsin(0.1)
    assert first[0] == pytest.approx(np.pi / 2 - half)
    assert last[0] == pytest.approx(np.pi / 2 + half)
    assert (first[1], last[1]) == pytest.approx((0, 0), abs=1e-6)
    assert (first[2:] > last[2:]).all()


def test_both_ends_are_the_radius_away():
    rng = np.random.default_rng(1)
    position = rng.uniform([-1.2, 0.0], [1.2, 1.2], (200, 2))
    first, last = covered(position, 0.3)
    some = first <= last
    assert np.array_equal(some, np.abs(np.hypot(*position.T) - 1) <= 0.3)
    for end in (first[some], last[some]):
        distance = np.hypot(np.cos(end) - position[some, 0], np.sin(end) - position[some, 1])
        assert np.allclose(distance, 0.3)
