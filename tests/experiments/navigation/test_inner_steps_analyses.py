"""Tests of long training, of the ablation and of their numbers, on tables worked by hand."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.navigation import ablation, inner_steps_results, long_training, stability
from athanor.experiments.navigation.config_game import Environment
from athanor.experiments.navigation.config_inner_steps import Ablation, InnerSteps
from athanor.experiments.navigation.config_reporting import Statistics
from athanor.results import Origin, making, write_arrays, write_table

KEY = jax.random.key(0)
STATISTICS = Statistics(bootstrap_samples=100)
PARTS = Ablation(steps=(1, 3))
STUDY = InnerSteps(
    settings=("release",), steps=(1, 3), episodes=4, frame=2, seeds=2, long_steps=(1, 3), long_episodes=6
)
# What an arm adds to the distance with N inner steps; the runs of a seed lie 2 x seed higher.
ARMS = {
    ("released", "fitting"): lambda steps: 10.0 * steps,
    ("released", "data"): lambda steps: 5.0 * steps,
    ("repaired", "data"): lambda steps: -1.0 * steps,
    ("repaired", "fitting"): lambda steps: 0.5 * steps,
    ("written", "adam"): lambda steps: 0.0,
}


def rows(reading, arm, steps, episodes, level):
    return [
        (reading, "release", arm, steps, seed, episode, 20.0 + level + 2 * seed + 0.5 * steps * (episode % 2))
        for seed in range(2)
        for episode in range(1, episodes + 1)
    ]


def arrays(reading, arm, steps):
    """Return runs of which the first goes out of the square, deterministic, and the second to its targets."""
    ones = np.ones((2, 4), np.float32)
    still = np.array([0.0, 1.0], np.float32)[:, None]
    cell = np.full((2, 4, 2, 2), 50.0, np.float32)
    cell[0] = 150.0
    return {
        "reading": np.array(reading),
        "setting": np.array("release"),
        "arm": np.array(arm),
        "inner_steps": np.array(steps),
        "squared_distance": np.broadcast_to(np.array([400.0, 0.1])[:, None, None], (2, 4, 2)),
        "cell": cell,
        "entropy": ones * still * 2,
        "gradient_norm": ones * still * 1e6,
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("analyses")
    columns = ["reading", "setting", "arm", "inner_steps", "seed", "episode", "squared_distance"]
    whole = [
        row
        for reading, _ in STUDY.places
        for steps in STUDY.steps
        for row in rows(reading, "whole", steps, STUDY.length(reading, steps), -4.0 * steps)
    ]
    parts = [
        row
        for reading, arm, steps in PARTS.conditions
        for row in rows(reading, arm, steps, 4, ARMS[reading, arm](steps))
    ]
    (folder / "figure2.csv").write_text(
        "inner_steps,frame,mean_exact,bar_exact,within_frame_std_of_plotted_run\n1,T1,1,1,1\n3,T1,1,1,1\n"
    )
    with making(Origin("test")):
        write_table(folder / "whole.csv", pd.DataFrame(whole, columns=columns))
        write_table(folder / "arms.csv", pd.DataFrame(parts, columns=columns))
        trained = [(reading, "whole", steps) for reading, _ in STUDY.places for steps in STUDY.steps]
        paths = []
        for reading, arm, steps in (*trained, *PARTS.conditions):
            paths.append(folder / f"{reading}_{arm}_{steps}.npz")
            write_arrays(paths[-1], arrays(reading, arm, steps))
        found = stability.run(STUDY, STATISTICS, KEY, (folder / "whole.csv",), folder / "figure2.csv")
        write_table(folder / "inner_steps.csv", found["inner_steps"])
        long = long_training.run(STUDY, STATISTICS, KEY, folder / "inner_steps.csv")
        effects = ablation.run(
            STUDY, PARTS, STATISTICS, KEY, folder / "inner_steps.csv", (folder / "arms.csv",)
        )
        tables = {**found, **long, **effects}
        for name, table in tables.items():
            write_table(folder / f"{name}.csv", table)
        names = ("stability", "stability_slopes", "long_ends", "long_slopes", "ablation")
        summary = inner_steps_results.run(
            Environment(),
            STUDY,
            PARTS,
            STATISTICS,
            KEY,
            *(folder / f"{name}.csv" for name in names),
            tuple(paths),
        )
    return {**tables, **summary}


def test_long_training_by_hand(made) -> None:
    curve = made["long_training"].set_index(["setting", "inner_steps", "episode"])["value"]
    # Seeds 0 and 2 apart from 20 - 4, and half an N in every other episode.
    assert curve.loc[("release", 1, 2)] == pytest.approx(17 + 0.25)
    assert curve.loc[("release", 3, 6)] == pytest.approx(9 + 0.75)
    assert curve.index.get_level_values("episode").unique().tolist() == [2, 3, 4, 5, 6]
    slopes = made["long_slopes"].set_index("statistic")
    assert slopes.loc["mean", "value"] == pytest.approx(-4 + 0.25)
    assert slopes.loc["two_runs", "value"] == pytest.approx(0.0)
    assert slopes.loc["within_frame", "value"] == pytest.approx(0.5 / np.sqrt(2))


@pytest.mark.parametrize(
    ("reading", "component", "value"),
    [
        ("released", "whole", -8 + 0.5),
        ("released", "fitting", 30 + 4 + 0.5),
        ("released", "data", 15 + 4 + 0.5),
        ("repaired", "whole", -8 + 0.5),
        ("repaired", "data", -3 + 4 + 0.5),
        ("repaired", "adaptation", -12 + 3),  # with N = 3 both
        ("repaired", "fitting", 1.0 + 0.5),
    ],
)
def test_effects_by_hand(made, reading, component, value) -> None:
    table = made["ablation"].set_index(["reading", "component", "inner_steps", "statistic"])
    row = table.loc[(reading, component, 3, "last_mean")]
    np.testing.assert_allclose(row[["value", "low", "high"]].astype(float), value)  # every run differs alike
    spread = 0.0 if component == "adaptation" else 1.0 / np.sqrt(2)
    assert table.loc[(reading, component, 3, "within_frame"), "value"] == pytest.approx(spread)
    seeds = made["ablation_seeds"].set_index(["reading", "component", "statistic", "seed"])["value"]
    assert seeds.loc[(reading, component, "last_mean")].tolist() == pytest.approx([value] * 2)


def test_data_and_adaptation_add_up(made) -> None:
    values = (
        made["ablation"]
        .query("reading == 'repaired'")
        .pivot(index="statistic", columns="component", values="value")
    )
    np.testing.assert_allclose(values["data"] + values["adaptation"], values["whole"], atol=1e-12)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("long_episodes", 6),
        ("ablation_most_trajectories", 4),
        ("release_long_last_mean_most", 9.75),
        ("release_long_slope_last_mean", -3.75),
        ("ablation_repaired_adaptation_last_mean", -9.0),
        ("repaired_slope_last_mean", -3.75),
        ("repaired_last_mean_fewest", 17.25),
        ("written_runs", 4),
        ("written_near", 0.5),
        ("written_outside", 0.5),
        ("written_deterministic_first", 0.5),
        ("written_no_gradient", 0.5),
        ("written_stopped", 0.5),
        ("written_adam_runs", 2),
        ("written_adam_first_entropy", 1.0),
        ("repaired_largest_gradient", 1e6),
        ("repaired_diverged", 0),
    ],
)
def test_quantities_by_hand(made, name, value) -> None:
    table = made["inner_steps_quantities"].set_index("quantity")
    assert table.index.is_unique
    assert table.loc[name, "value"] == pytest.approx(value)
    assert table.loc[name, "low"] <= table.loc[name, "high"]
