"""Tests of what a training run comes to, on rollouts that all end in one place."""

import numpy as np
import pytest

from athanor.experiments.navigation.inner_steps.endings import Game, endings, same_until
from athanor.tasks.navigation.rules import RELEASED

GAME = Game(RELEASED, behind=np.array([False, True]), plateau=32.0)
TARGETS = np.array([[10.0, 10.0], [90.0, 90.0]])


def recorded(*places):
    """Return one run for each place; all are at (99, 99) in the first episode."""
    cell = np.tile(np.array(places, np.float32)[:, None, None], (1, 4, 2, 1))
    cell[:, 0] = 99.0
    ones = np.ones((len(places), 4), np.float32)
    ones[-1] = 0.0
    return {
        "reading": np.array("written"),
        "setting": np.array("release"),
        "variant": np.array("whole"),
        "inner_steps": np.array(3),
        "cell": cell,
        "squared_distance": ((cell - TARGETS) ** 2).sum(-1) / 100,
        "entropy": 2 * ones,
        "gradient_norm": 1e6 * ones,
    }


@pytest.fixture(scope="module")
def table():
    """In the cross, at the second target, outside, and diverged."""
    runs = recorded((50, 50), (90, 91), (-9, 4), (np.nan, np.nan))
    return endings(runs, GAME, frame=2, plateau_share=0.1)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("inner_steps", [3, 3, 3, 3]),
        ("seed", [0, 1, 2, 3]),
        ("end_mean", [32.0, (129.61 / 2 + 0.005), None, np.nan]),
        ("at_plateau", [1, 0, 0, 0]),
        ("lost", [0, 1, 1, np.nan]),  # twice the plateau: 64
        ("near", [0, 0.5, 0, np.nan]),
        ("near_behind", [0, 1, 0, np.nan]),
        ("in_cross", [1, 0, 0, np.nan]),
        ("in_cross_behind", [1, 0, 0, np.nan]),
        ("in_cross_before", [1, 0, 0, np.nan]),
        ("outside", [0, 0, 1, np.nan]),
        ("first_entropy", [2, 2, 2, 0]),
        ("deterministic_first", [0, 0, 0, 1]),
        ("no_gradient", [0, 0, 0, 1]),
        ("stopped", [0, 0, 0, 1]),
        ("first_gradient", [1e6, 1e6, 1e6, 0]),
        ("largest_gradient", [1e6, 1e6, 1e6, 0]),
        ("diverged", [False, False, False, True]),
    ],
)
def test_by_hand(table, name, values) -> None:
    for value, expected in zip(table[name], values, strict=True):
        if expected is not None:
            assert value == pytest.approx(expected, nan_ok=True)


def test_runs_are_the_same_until_they_differ() -> None:
    distance = np.zeros((2, 2, 3, 1))
    distance[1, 0, 1] = 1.0
    distance[1, 1, 0] = 1.0
    assert same_until(distance).tolist() == [1.0, 0.0]
