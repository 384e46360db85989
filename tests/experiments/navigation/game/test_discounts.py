"""Tests of the discounted solution: when it is best to end in the cross."""

import numpy as np
import pytest

from athanor.experiments.navigation.game import discounts, maps
from athanor.experiments.navigation.game.config import Discounts, Environment


@pytest.fixture(scope="module")
def table():
    settings = Discounts(settings=("release",), discounts=(1.0, 0.9506))
    return discounts.run(Environment(), settings)["discounts"].set_index(["discount", "target"])


def test_staying_is_optimal_for_the_targets_behind_the_cross(table) -> None:
    assert not table.loc[1.0, "ends_in_obstacle"].any()
    staying = table.loc[0.9506]
    assert staying.index[staying["ends_in_obstacle"]].tolist() == [2, 6]
    np.testing.assert_allclose(
        staying.loc[[2, 6], "best_return"], staying.loc[[2, 6], "stay_return"], rtol=1e-9
    )


def test_nothing_beats_the_optimum(table) -> None:
    assert (table["best_return"] >= table["stay_return"] - 1e-6).all()


def test_undiscounted_return_of_staying(table) -> None:
    # Target 2: to the cross in 49 moves, then 13.01 a step.
    assert table.loc[(1.0, 2), "stay_return"] == pytest.approx(-3261.0)


def test_the_maps() -> None:
    results = maps.run(Environment())
    obstacles = results["obstacles"].set_index(["setting", "obstacles"])
    assert len(obstacles.loc[("release", "medium")]) == 2
    assert len(obstacles.loc[("clean", "hard")]) == 8
    upright = obstacles.loc[("figure2", "easy")].squeeze()
    assert upright[["x", "y", "x_end", "y_end"]].tolist() == [5.0, 4.0, 5.0, 6.0]
    walk = results["down_left"]["release"]
    np.testing.assert_allclose(walk[[0, 1]], [[9.9, 9.9], [9.8, 9.8]], rtol=1e-6)
    np.testing.assert_allclose(walk[-1], [5.1, 5.1], rtol=1e-6)
