"""Tests of training by the number of inner steps, and of what is measured of the runs."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.navigation import inner_steps, stability
from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.config_game import Environment
from athanor.experiments.navigation.config_inner_steps import Ablation, InnerSteps
from athanor.experiments.navigation.config_learners import Networks, Released, Repaired, Written
from athanor.experiments.navigation.config_reporting import Statistics
from athanor.experiments.navigation.section import READINGS, SETTINGS
from athanor.experiments.navigation.summary_runs import on_cross, over_seeds, same_until
from athanor.results import Origin, making, write_table
from athanor.tasks.navigation.rules import RELEASED

STUDY = InnerSteps(
    settings=("release", "figure2"),
    steps=(1, 2),
    episodes=4,
    frame=2,
    seeds=2,
    long_steps=(1, 2),
    long_episodes=6,
)
SECTIONS = (
    Environment(horizon=12),
    Networks(hidden=8),
    Released(),
    Written(),
    Repaired(),
    STUDY,
)
FIGURE = "inner_steps,frame,mean_exact,bar_exact,within_frame_std_of_plotted_run\n"


@pytest.fixture(scope="module")
def trained():
    key = jax.random.key(5)
    return {
        steps: inner_steps.run(*SECTIONS, key, "released", "release", "whole", steps) for steps in STUDY.steps
    }


@pytest.mark.parametrize("steps", STUDY.steps)
def test_the_metric_is_the_mean_squared_distance_of_the_ends(trained, steps) -> None:
    table, arrays = trained[steps]["inner_steps"], trained[steps]["training"]
    targets = np.array(Environment().release.targets)
    squared = ((0.1 * arrays["cell"] - targets) ** 2).sum(-1)
    np.testing.assert_allclose(arrays["squared_distance"], squared, atol=1e-3)
    assert list(table.columns) == [
        "reading",
        "setting",
        "arm",
        "inner_steps",
        "seed",
        "episode",
        "squared_distance",
    ]
    by_run = table.pivot(index="seed", columns="episode", values="squared_distance")
    assert by_run.columns.tolist() == [1, 2, 3, 4, 5, 6][: STUDY.length("released", steps)]
    np.testing.assert_allclose(by_run[[1, 2, 3, 4]], squared.mean(2), atol=1e-3)
    assert arrays["entropy"].shape == (2, 4)


def test_every_n_begins_alike_and_seeds_differ(trained) -> None:
    first, second = (trained[steps]["training"]["cell"] for steps in STUDY.steps)
    np.testing.assert_array_equal(first[:, 0], second[:, 0])
    assert (first[0] != first[1]).any()


@pytest.fixture(scope="module")
def stable(tmp_path_factory):
    """Two runs that are 4 apart for N = 1 and 2 apart for N = 2; the first diverges at last for N = 2."""
    folder = tmp_path_factory.mktemp("stability")
    rows = [
        (*place, "whole", steps, seed, episode, 10.0 * steps + seed * 4 / steps + episode)
        for place in STUDY.places
        for steps in STUDY.steps
        for seed in range(2)
        for episode in range(1, 5)
    ]
    table = pd.DataFrame(rows, columns=list(inner_steps_columns()))
    table.loc[table["reading"] == "repaired", "squared_distance"] *= 2
    last = (table["setting"] == "figure2") & (table["inner_steps"] == 2) & (table["episode"] == 4)
    table.loc[last & (table["seed"] == 0), "squared_distance"] = np.nan
    with making(Origin("test")):
        write_table(folder / "runs.csv", table)
    published = [f"{steps},{frame},{steps},{3 * steps},0\n" for steps in (1, 2) for frame in ("T1", "T2")]
    (folder / "figure2.csv").write_text("# A figure.\n" + FIGURE + "".join(published))
    statistics = Statistics(bootstrap_samples=100)
    return stability.run(STUDY, statistics, jax.random.key(0), (folder / "runs.csv",), folder / "figure2.csv")


def inner_steps_columns():
    return "reading", "setting", "arm", "inner_steps", "seed", "episode", "squared_distance"


def test_stability_by_hand(stable) -> None:
    table = stable["stability"].query("reading == 'released'")
    table = table.set_index(["setting", "inner_steps", "frame", "statistic"])
    row = table.loc[("release", 1, "T1")]["value"]
    assert row["mean"] == pytest.approx(13.5)
    assert row["two_runs"] == pytest.approx(2.0)
    assert row["across_seeds"] == pytest.approx(np.sqrt(8))
    assert row["within_frame"] == pytest.approx(np.sqrt(0.5))
    assert table.loc[("release", 2, "all", "mean"), "value"] == pytest.approx(23.5)
    assert table.loc[("figure2", 1, "T1", "two_runs"), "published"] == 3.0
    assert np.isnan(table.loc[("release", 1, "T1", "two_runs"), "published"])
    assert table.loc[("figure2", 2), "diverged_seeds"].eq(1).all()
    assert table.loc[("figure2", 2, "T2", "mean"), "value"] == pytest.approx(25.5)  # of the run that is left


def test_slopes_by_hand(stable) -> None:
    table = stable["stability_slopes"].query("reading == 'released'")
    table = table.set_index(["setting", "frame", "statistic"])
    assert table.loc[("release", "all", "two_runs"), "value"] == pytest.approx(-1.0)
    assert table.loc[("release", "T2", "mean"), "value"] == pytest.approx(9.0)
    assert table.loc[("figure2", "all", "two_runs"), "published"] == pytest.approx(3.0)
    pairs = stable["single_pairs"].set_index("setting").loc["release"]
    assert pairs[["low", "median", "high"]].tolist() == pytest.approx([-1.0] * 3)
    assert pairs["share"] == 1.0


def test_every_reading_is_measured(stable) -> None:
    table = stable["stability_slopes"].set_index(["reading", "setting", "frame", "statistic"])["value"]
    assert table.loc[("written", "release", "all", "two_runs")] == pytest.approx(-1.0)
    assert table.loc[("repaired", "release", "all", "two_runs")] == pytest.approx(-2.0)
    assert set(table.index.droplevel(["frame", "statistic"])) == set(STUDY.places)
    published = stable["stability_slopes"].dropna(subset="published")
    assert set(published["reading"]) == {"released"}


def test_runs_are_the_same_until_they_differ() -> None:
    squared = np.zeros((2, 2, 3, 1))
    squared[1, 0, 1] = 1.0
    squared[1, 1, 0] = 1.0
    assert same_until(squared).tolist() == [1.0, 0.0]


def test_what_diverged_does_not_count_over_seeds() -> None:
    values = np.array([[1.0, 2.0, np.nan], [3.0, np.nan, np.nan]])
    found = over_seeds(values, Statistics(bootstrap_samples=100), np.random.default_rng(0))
    assert found.value == 2.0
    assert found.low <= 2.0 <= found.high


def test_only_obstacles_count_as_the_cross() -> None:
    cells = np.array([[50.0, 50.0], [50.0, 71.0], [np.nan, np.nan], [-4.0, 50.0]])
    assert on_cross(RELEASED, cells).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"episodes": 150}, "must be a multiple of frame"),
        ({"steps": (0, 1)}, "greater than or equal to 1"),
        ({"steps": (2, 1)}, "must increase"),
        ({"seeds": 0}, "greater than or equal to 2"),
        ({"settings": ("released",)}, "release"),
        ({"long_steps": (1, 9)}, "must be among steps"),
    ],
)
def test_impossible_values_are_refused(values, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        InnerSteps(**values)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(ValueError, match=f"must be one of {', '.join(SETTINGS)}"):
        inner_steps.run(*SECTIONS, jax.random.key(0), "released", "wild", "whole", 1)


def test_an_unknown_reading_is_named() -> None:
    with pytest.raises(ValueError, match=f"must be one of {', '.join(READINGS)}"):
        inner_steps.run(*SECTIONS, jax.random.key(0), "imagined", "release", "whole", 1)


@pytest.mark.parametrize(
    ("reading", "arm"), [("written", "adam"), ("repaired", "whole"), ("repaired", "fitting")]
)
def test_the_other_readings_and_arms_train(reading, arm) -> None:
    result = inner_steps.run(*SECTIONS, jax.random.key(5), reading, "release", arm, 1)
    assert len(result["inner_steps"]) == STUDY.seeds * STUDY.episodes
    assert np.isfinite(result["training"]["squared_distance"]).all()


def test_the_ablation_must_be_among_what_is_trained() -> None:
    with pytest.raises(ValueError, match=r"ablation\.steps is \[1, 7\], must begin with the first"):
        NavigationConfig(ablation=Ablation(steps=(1, 7)))
    with pytest.raises(ValueError, match=r"repaired_trajectories is 3, must be even"):
        NavigationConfig(inner_steps=InnerSteps(repaired_trajectories=3))
