"""Tests of the experiment that solves the game for the fixed targets."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.navigation.game import reachable
from athanor.experiments.navigation.game.config import Environment


@pytest.fixture(scope="module")
def results():
    return reachable.run(Environment())


def test_the_published_plateaus(results) -> None:
    table = results["reachable"]
    plateau = table.groupby(["setting", "obstacles"])["down_left_squared_distance"].mean()
    assert plateau["release", "medium"] == pytest.approx(21.54, abs=0.005)
    assert plateau["figure2", "medium"] == pytest.approx(19.94, abs=0.005)


def test_no_policy_beats_the_optimum(results) -> None:
    table = results["reachable"]
    assert len(table) == 3 * 4 * 8
    assert (table.best_return >= table.return_at_best_distance).all()
    assert (table.best_return >= table.down_left_return).all()
    assert (table.best_squared_distance <= table.squared_distance_at_best_return).all()
    assert (table.best_squared_distance <= table.myopic_distance**2 + 1e-4).all()


def test_more_obstacles_are_worth_no_more(results) -> None:
    returns = results["reachable"].pivot(
        index=["setting", "target"], columns="obstacles", values="best_return"
    )
    assert (returns["none"] >= returns["easy"]).all()
    assert (returns["easy"] >= returns["medium"]).all()
    assert (returns["none"] >= returns["hard"]).all()


def test_paths_start_at_the_start_and_end_where_the_table_says(results) -> None:
    table: pd.DataFrame = results["reachable"]
    for (setting, obstacles), rows in table.groupby(["setting", "obstacles"]):
        paths = results["reachable_paths"][f"{setting}_{obstacles}"]
        assert paths.shape == (8, 101, 2)
        np.testing.assert_allclose(paths[:, 0], 9.9, rtol=1e-6)
        squared = ((paths[:, -1] - rows[["x", "y"]].to_numpy()) ** 2).sum(1)
        np.testing.assert_allclose(squared, rows.squared_distance_at_best_return, atol=1e-3)
