"""Tests of what is said of the exact solution, on tables worked by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.game import analysis
from athanor.experiments.navigation.game.config import Discounts, Environment
from athanor.experiments.navigation.learners.config import Learners
from athanor.results import Origin, making, write_table


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Two targets; the cross stands before the first, which cannot be reached."""
    folder = tmp_path_factory.mktemp("game")
    reachable = pd.DataFrame(
        {
            "setting": "figure2",
            "obstacles": ["medium", "medium", "none"],
            "target": [1, 0, 0],
            "best_squared_distance": [0.01, 0.03, 9.0],
            "best_return": [-100.0, -300.0, 0.0],
            "down_left_squared_distance": [30.0, 34.0, 0.0],
            "myopic_distance": [0.1, 5.0, 0.0],
        }
    )
    solved = pd.DataFrame(
        {
            "setting": "figure2",
            "discount": [1.0, 1.0, 0.9506, 0.9506],
            "target": [0, 1, 0, 1],
            "best_return": [-300.0, -100.0, -200.0, -80.0],
            "stay_return": [-330.0, -400.0, -200.0, -90.0],
            "ends_in_obstacle": [False, False, True, False],
        }
    )
    with making(Origin("test")):
        write_table(folder / "reachable.csv", reachable)
        write_table(folder / "discounts.csv", solved)
    files = folder / "reachable.csv", folder / "discounts.csv"
    statistics = Statistics(bootstrap_samples=100)
    results = analysis.run(Environment(), Learners(), statistics, np.random.default_rng(0), *files)
    return results["estimates/game"].set_index("quantity")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("advantage_discount", 0.9506),
        ("targets.figure2", 2),
        ("targets_reachable.figure2", 1),
        ("targets_behind.figure2", 1),
        ("smallest_squared_distance.figure2", 0.02),
        ("plateau.figure2", 32.0),
        ("best_return.figure2", -200.0),
        (
            "level_return_least.figure2",
            200.0,
        ),  # of the only target without obstacles to both with medium ones
        ("staying.figure2.1", 0),
        ("staying_loss.figure2.1", 10.0),
        ("staying_as_released.figure2", 1),
        ("staying_loss_as_released.figure2", 0.0),
    ],
)
def test_by_hand(found, name, value) -> None:
    row = found.loc[f"navigation.{name}"]
    assert row["value"] == pytest.approx(value)
    assert row["low"] == row["high"] == row["value"]


def test_names_are_given_once(found) -> None:
    assert found.index.is_unique


def test_the_released_discount_must_be_solved() -> None:
    with pytest.raises(
        ValueError,
        match=r"must include learners\.released\.discount times learners\.released\.gae_lambda \(0\.9506\)",
    ):
        NavigationConfig(discounts=Discounts(discounts=(1.0, 0.98)))
