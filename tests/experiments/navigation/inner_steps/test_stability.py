"""Tests of the statistics of stability by N, on runs worked by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.inner_steps import stability
from athanor.experiments.navigation.inner_steps.conditions import length, readings_in_settings
from athanor.experiments.navigation.inner_steps.config import InnerSteps
from athanor.results import Origin, making, write_table

STUDY = InnerSteps(
    settings=("release", "figure2"),
    steps=(1, 2),
    episodes=4,
    frame=2,
    seeds=2,
    long_steps=(1, 2),
    long_episodes=6,
)
FIGURE = "inner_steps,frame,mean_exact,bar_exact,within_frame_std_of_plotted_run\n"
COLUMNS = ["reading", "setting", "variant", "inner_steps", "seed", "episode", "squared_distance"]


@pytest.fixture(scope="module")
def stable(tmp_path_factory):
    """Two runs that are 4 apart for N = 1 and 2 apart for N = 2; the first diverges at last for N = 2."""
    folder = tmp_path_factory.mktemp("stability")
    rows = [
        (*place, "whole", steps, seed, episode, 10.0 * steps + seed * 4 / steps + episode)
        for place in readings_in_settings(STUDY)
        for steps in STUDY.steps
        for seed in range(2)
        for episode in range(1, 1 + length(STUDY, place[0], "whole", steps))
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.loc[table["reading"] == "corrected", "squared_distance"] *= 2
    last = (table["setting"] == "figure2") & (table["inner_steps"] == 2) & (table["episode"] >= 4)
    table.loc[last & (table["seed"] == 0), "squared_distance"] = np.nan
    with making(Origin("test")):
        write_table(folder / "runs.csv", table)
    published = [f"{steps},{frame},{steps},{3 * steps},0\n" for steps in (1, 2) for frame in ("T1", "T2")]
    (folder / "figure2.csv").write_text("# A figure.\n" + FIGURE + "".join(published))
    inputs = (folder / "runs.csv",), folder / "figure2.csv"
    return stability.run(STUDY, Statistics(bootstrap_samples=100), np.random.default_rng(0), *inputs)


def test_stability_by_hand(stable) -> None:
    table = stable["stability"].query("reading == 'released'")
    table = table.set_index(["setting", "inner_steps", "frame", "statistic"])
    row = table.sort_index().loc[("release", 1, "T1")]["value"]
    assert row["mean"] == pytest.approx(13.5)
    assert row["two_runs"] == pytest.approx(2.0)
    assert row["across_seeds"] == pytest.approx(np.sqrt(8))
    assert row["within_frame"] == pytest.approx(np.sqrt(0.5))
    assert table.loc[("release", 2, "all", "mean"), "value"] == pytest.approx(23.5)
    assert table.loc[("release", 2, "long", "mean"), "value"] == pytest.approx(26.5)  # episodes 5 and 6
    assert table.loc[("figure2", 1, "T1", "two_runs"), "published"] == 3.0
    assert np.isnan(table.loc[("release", 1, "T1", "two_runs"), "published"])
    assert table.loc[("figure2", 2, "T2", "mean"), "value"] == pytest.approx(25.5)  # of the run that is left


def test_slopes_by_hand(stable) -> None:
    table = stable["stability_slopes"].query("reading == 'released'")
    table = table.set_index(["setting", "frame", "statistic"])
    assert table.loc[("release", "all", "two_runs"), "value"] == pytest.approx(-1.0)
    assert table.loc[("release", "T2", "mean"), "value"] == pytest.approx(9.0)
    assert table.loc[("release", "long", "mean"), "value"] == pytest.approx(9.0)
    published = stable["stability_slopes"].query("reading == 'published'").set_index(["frame", "statistic"])
    assert published.loc[("all", "two_runs"), ["value", "low", "high"]].tolist() == pytest.approx([3.0] * 3)
    pairs = stable["single_pairs"].set_index("setting").loc["release"]
    assert pairs[["low", "value", "high"]].tolist() == pytest.approx([-1.0] * 3)
    assert pairs["share"] == 1.0


def test_ratio_of_the_most_to_the_fewest_steps_by_hand(stable) -> None:
    by_steps = stable["stability"].query("reading == 'released' and setting == 'release' and frame == 'all'")
    spread = by_steps.query("statistic == 'two_runs'").set_index("inner_steps")["value"]
    slopes = stable["stability_slopes"]
    same = "reading == 'released' and setting == 'release' and frame == 'all' and statistic == 'two_runs'"
    assert slopes.query(same)["ratio"].item() == pytest.approx(spread.iloc[-1] / spread.iloc[0])
    published = slopes.query("reading == 'published' and frame == 'all' and statistic == 'two_runs'")
    assert published["ratio"].item() == 2.0  # 6 over 3


def test_every_reading_is_measured(stable) -> None:
    table = stable["stability_slopes"].set_index(["reading", "setting", "frame", "statistic"])["value"]
    assert table.loc[("written", "release", "all", "two_runs")] == pytest.approx(-1.0)
    assert table.loc[("corrected", "release", "all", "two_runs")] == pytest.approx(-2.0)
    places = {*readings_in_settings(STUDY), ("published", "figure2")}
    assert set(table.index.droplevel(["frame", "statistic"])) == places
    assert set(stable["stability"].dropna(subset="published")["reading"]) == {"released"}
    assert "long" not in set(table.loc[["written", "corrected"]].index.get_level_values("frame"))
