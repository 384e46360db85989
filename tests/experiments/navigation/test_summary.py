"""Tests of the headline numbers, on tables worked by hand."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.navigation import summary
from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.config_game import Discounts, Environment
from athanor.experiments.navigation.config_inner_steps import InnerSteps
from athanor.experiments.navigation.config_learners import Networks, Released
from athanor.experiments.navigation.config_reporting import Published, Statistics
from athanor.reporting.quantities import COLUMNS, exactly
from athanor.results import Origin, making, write_arrays, write_table

STUDY = InnerSteps(settings=("figure2",), steps=(1, 3), long_steps=(1, 3), episodes=4, frame=2, seeds=2)
DISCOUNTS = Discounts(settings=("figure2",), discounts=(1.0, 0.9506))


def training(steps, first, second):
    """Return runs whose rollouts all end in one place: two seeds, two targets."""
    cell = np.tile(np.array([first, second], np.float32)[:, None, None], (1, 4, 2, 1))
    cell[:, 0] = 99.0  # alike in the first episode
    targets = np.array([[10.0, 10.0], [90.0, 90.0]])
    squared = ((cell - targets) ** 2).sum(-1) / 100
    of_training = np.ones((2, 4), np.float32)
    return {
        "reading": np.array("released"),
        "setting": np.array("figure2"),
        "inner_steps": np.array(steps),
        "cell": cell,
        "squared_distance": squared.astype(np.float32),
        "entropy": 0.5 * of_training,
        "gradient_norm": 1e5 * of_training,
    }


@pytest.fixture(scope="module")
def quantities(tmp_path_factory):
    folder = tmp_path_factory.mktemp("summary")
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
    frames = [
        ("released", "figure2", steps, frame, "mean", 20.0 * steps, 10.0, 90.0)
        for steps in (1, 3)
        for frame in ("T1", "T2")
    ]
    slopes = [
        ("released", "figure2", frame, name, -1.0, -2.0, 0.5, -3.0)
        for frame in ("T1", "T2", "all")
        for name in ("mean", "within_frame", "across_seeds", "two_runs")
    ]
    columns = ["value", "low", "high"]
    tables = {
        "reachable": reachable,
        "discounts": solved,
        "stability": pd.DataFrame(
            frames, columns=["reading", "setting", "inner_steps", "frame", "statistic", *columns]
        ),
        "slopes": pd.DataFrame(
            slopes, columns=["reading", "setting", "frame", "statistic", *columns, "published"]
        ),
        "pairs": pd.DataFrame(
            {"setting": ["figure2"], "low": -2.0, "median": 0.0, "high": 2.0, "published": -1.0, "share": 0.2}
        ),
    }
    arrays = {"three": training(3, (50, 50), (-9, 4)), "one": training(1, (50, 50), (90, 91))}
    with making(Origin("test")):
        for name, table in tables.items():
            write_table(folder / f"{name}.csv", table)
        for name, values in arrays.items():
            write_arrays(folder / f"{name}.npz", values)
        group = pd.DataFrame([exactly("of_a_group", 3, "d", "runs", "a group's own")], columns=COLUMNS)
        write_table(folder / "group.csv", group)
    (folder / "figure2.csv").write_text(
        "# A\ninner_steps,frame,mean_exact\n1,T1,9\n1,T4,20\n3,T4,21\n5,T4,0\n"
    )
    result = summary.run(
        Environment(),
        DISCOUNTS,
        Networks(),
        Released(),
        STUDY,
        Published(plateau_steps=(1, 3)),
        Statistics(bootstrap_samples=100),
        jax.random.key(0),
        *(folder / f"{name}.csv" for name in tables),
        tuple(folder / f"{name}.npz" for name in arrays),
        (folder / "group.csv",),
        folder / "figure2.csv",
    )
    return result["summary"].set_index("quantity")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("published_plateau", 20.5),
        ("of_a_group", 3),
        ("advantage_discount", 0.9506),
        ("figure2_targets", 2),
        ("figure2_targets_reachable", 1),
        ("figure2_targets_behind", 1),
        ("figure2_plateau", 32.0),
        ("figure2_best_return", -200.0),
        ("figure2_staying_0", 0),
        ("figure2_staying_0_loss", 10.0),
        ("figure2_staying_as_released", 1),
        ("figure2_staying_as_released_loss", 0.0),
        ("figure2_last_mean_n3", 60.0),
        ("figure2_last_mean_most", 60.0),
        ("figure2_slope_last_mean", -1.0),
        ("published_slope_two_runs", -3.0),
        ("figure2_single_pair_share", 0.2),
        ("figure2_in_cross", 0.5),  # the first seed's
        ("figure2_outside", 0.25),  # the second's with N = 3
        ("figure2_near", 0.125),  # of the second with N = 1, one of two targets
        ("figure2_near_behind", 0.0),
        ("figure2_at_plateau", 0.5),  # (50, 50) is 32 from both targets
        ("figure2_last_entropy", 0.5),
        ("figure2_runs", 4),
        ("figure2_diverged", 0),
        ("figure2_same_until", 2.5),  # all four episodes of the first seed, one of the second
    ],
)
def test_by_hand(quantities, name, value) -> None:
    assert quantities.loc[f"navigation.{name}", "value"] == pytest.approx(value)


def test_names_are_given_once(quantities) -> None:
    assert quantities.index.is_unique
    assert (quantities["low"] <= quantities["high"]).all()


def test_the_released_discount_must_be_solved() -> None:
    with pytest.raises(
        ValueError, match=r"must include released\.discount times released\.trace \(0\.9506\)"
    ):
        NavigationConfig(discounts=Discounts(discounts=(1.0, 0.98)))
