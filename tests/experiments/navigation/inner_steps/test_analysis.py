"""Tests of long training, of the ablation and of the estimates, on tables worked by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.inner_steps import (
    ablation,
    analysis,
    endings_analysis,
    long_training,
    stability,
)
from athanor.experiments.navigation.inner_steps.conditions import conditions, length
from athanor.experiments.navigation.inner_steps.config import Ablation, InnerSteps, Plateau
from athanor.reporting.estimands import estimates
from athanor.results import Origin, making, write_arrays, write_table

STATISTICS = Statistics(bootstrap_samples=100)
PARTS = Ablation(steps=(1, 3))
STUDY = InnerSteps(
    settings=("release",), steps=(1, 3), episodes=4, frame=2, seeds=2, long_steps=(1, 3), long_episodes=6
)
COLUMNS = ["reading", "setting", "variant", "inner_steps", "seed", "episode", "squared_distance"]
REACHABLE = pd.DataFrame(
    {
        "setting": "release",
        "obstacles": ["medium", "medium", "none"],
        "target": [1, 0, 0],
        "down_left_squared_distance": [380.0, 420.0, 0.0],
        "myopic_distance": [0.1, 5.0, 0.0],
    }
)
# What a variant adds to the distance with N inner steps; the runs of a seed lie 2 x seed higher.
VARIANTS = {
    ("released", "fitting"): lambda steps: 10.0 * steps,
    ("released", "data"): lambda steps: 5.0 * steps,
    ("corrected", "data"): lambda steps: -1.0 * steps,
    ("corrected", "fitting"): lambda steps: 0.5 * steps,
    ("written", "adam"): lambda steps: 0.0,
}


def rng():
    return np.random.default_rng(0)


def rows(reading, variant, steps, episodes, level):
    return [
        (
            reading,
            "release",
            variant,
            steps,
            seed,
            episode,
            20.0 + level + 2 * seed + 0.5 * steps * (episode % 2),
        )
        for seed in range(2)
        for episode in range(1, episodes + 1)
    ]


def arrays(reading, variant, steps):
    """Return runs of which the first goes out of the square, deterministic, and the second to its targets."""
    ones = np.ones((2, 4), np.float32)
    still = np.array([0.0, 1.0], np.float32)[:, None]
    cell = np.full((2, 4, 2, 2), 50.0, np.float32)
    cell[0] = 150.0
    return {
        "reading": np.array(reading),
        "setting": np.array("release"),
        "variant": np.array(variant),
        "inner_steps": np.array(steps),
        "squared_distance": np.broadcast_to(np.array([400.0, 0.1])[:, None, None], (2, 4, 2)),
        "cell": cell,
        "entropy": ones * still * 2,
        "gradient_norm": ones * still * 1e6,
    }


def figure():
    """Return a figure whose last frame is at 20 and 21."""
    head = "# A\ninner_steps,frame,mean_exact,bar_exact,within_frame_std_of_plotted_run\n"
    return head + "1,T1,9,1,1\n3,T1,9,1,1\n1,T2,20,1,1\n3,T2,21,1,1\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("analyses")
    trained, recorded = [], []
    (folder / "figure2.csv").write_text(figure())
    with making(Origin("test")):
        for reading, _, variant, steps in conditions(STUDY, PARTS):
            level = VARIANTS[reading, variant](steps) if variant != "whole" else -4.0 * steps
            run = rows(reading, variant, steps, length(STUDY, reading, variant, steps), level)
            trained.append(folder / f"{reading}_{variant}_{steps}.csv")
            recorded.append(trained[-1].with_suffix(".npz"))
            write_table(trained[-1], pd.DataFrame(run, columns=COLUMNS))
            write_arrays(recorded[-1], arrays(reading, variant, steps))
        whole = tuple(path for path in trained if "whole" in path.name)
        released = tuple(path for path in whole if "released" in path.name)
        tables = {
            **stability.run(STUDY, STATISTICS, rng(), whole, folder / "figure2.csv"),
            **long_training.run(STUDY, STATISTICS, rng(), released),
            **ablation.run(STUDY, PARTS, STATISTICS, rng(), tuple(trained)),
            "reachable": REACHABLE,
        }
        for name, table in tables.items():
            write_table(folder / f"{name}.csv", table)
    names = ("stability", "stability_slopes", "single_pairs", "ablation")
    said = analysis.run(STUDY, PARTS, STATISTICS, rng(), *(folder / f"{name}.csv" for name in names))
    sections = Environment(), STUDY, Plateau(published_steps=(1, 3)), STATISTICS
    inputs = folder / "reachable.csv", tuple(recorded), folder / "figure2.csv"
    ended = endings_analysis.run(*sections, rng(), *inputs)
    found = pd.concat([said["estimates/inner_steps"], ended["estimates/run_ends"]])
    return {**tables, "estimates": found}


def test_long_training_by_hand(made) -> None:
    curve = made["long_training"].set_index(["setting", "inner_steps", "episode"])["value"]
    # Seeds 0 and 2 apart from 20 - 4, and half an N in every other episode.
    assert curve.loc[("release", 1, 2)] == pytest.approx(17 + 0.25)
    assert curve.loc[("release", 3, 6)] == pytest.approx(9 + 0.75)
    assert curve.index.get_level_values("episode").unique().tolist() == [2, 3, 4, 5, 6]
    slopes = (
        made["stability_slopes"].query("reading == 'released' and frame == 'long'").set_index("statistic")
    )
    assert slopes.loc["mean", "value"] == pytest.approx(-4 + 0.25)
    assert slopes.loc["two_runs", "value"] == pytest.approx(0.0)
    assert slopes.loc["within_frame", "value"] == pytest.approx(0.5 / np.sqrt(2))


@pytest.mark.parametrize(
    ("reading", "component", "value"),
    [
        ("released", "whole", -8 + 0.5),
        ("released", "fitting", 30 + 4 + 0.5),
        ("released", "data", 15 + 4 + 0.5),
        ("corrected", "whole", -8 + 0.5),
        ("corrected", "data", -3 + 4 + 0.5),
        ("corrected", "adaptation", -12 + 3),  # with N = 3 both
        ("corrected", "fitting", 1.0 + 0.5),
    ],
)
def test_effects_by_hand(made, reading, component, value) -> None:
    table = made["ablation"].set_index(["reading", "component", "inner_steps", "statistic"])
    row = table.loc[(reading, component, 3, "last_mean")]
    assert row["value"] == pytest.approx(value)
    assert row[["low", "high"]].isna().all()  # every run differs alike: no interval
    spread = 0.0 if component == "adaptation" else 1.0 / np.sqrt(2)
    assert table.loc[(reading, component, 3, "within_frame"), "value"] == pytest.approx(spread)
    keys = ["reading", "component", "statistic", "seed"]
    seeds = made["ablation_seeds"].set_index(keys)["value"].sort_index()
    assert seeds.loc[(reading, component, "last_mean")].tolist() == pytest.approx([value] * 2)


def test_data_and_adaptation_add_up(made) -> None:
    values = (
        made["ablation"]
        .query("reading == 'corrected'")
        .pivot(index="statistic", columns="component", values="value")
    )
    np.testing.assert_allclose(values["data"] + values["adaptation"], values["whole"], atol=1e-12)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps.long_training.most", 3),
        ("steps.ablation.fewest", 1),
        ("ablation_trajectories", 4),
        ("published_plateau", 20.5),
        ("slope.published.figure2.all.mean", 0.25),  # from 14.5 to 15
        ("slope.published.figure2.last.mean", 0.5),
        ("end_mean_with.released.release.long.most", 9.75),
        ("end_mean_with.corrected.release.compared.fewest", 17.25),
        ("slope.released.release.last_of_long.mean", -3.75),
        ("slope.corrected.release.last.mean", -3.75),
        ("effect.corrected.adaptation.last_mean", -9.0),
        ("runs.written.release.whole", 4),
        ("near.written.release.whole", 0.5),
        ("near_least.written.release.whole", 0.5),
        ("outside.written.release.whole", 0.5),
        ("at_plateau.written.release.whole", 0.5),
        ("deterministic_first.written.release.whole", 0.5),
        ("no_gradient.written.release.whole", 0.5),
        ("stopped.written.release.whole", 0.5),
        ("same_until.written.release.whole", 4),
        ("runs.written.release.adam", 2),
        ("first_entropy.written.release.adam", 1.0),
        ("end_mean.released.release.whole", 200.05),
        ("end_median.released.release.whole", 200.05),
        ("lost_largest.released.release.whole", 0.0),
        ("largest_gradient.corrected.release.whole", 1e6),
        ("diverged.corrected.release.whole", 0),
    ],
)
def test_estimates_by_hand(made, name, value) -> None:
    table = made["estimates"].set_index("quantity")
    assert table.index.is_unique
    row = table.loc[f"navigation.{name}"]
    assert row["value"] == pytest.approx(value)
    measured = not name.startswith("slope.published.")
    if measured and name.startswith(("slope.", "effect.")):  # the same in every run
        assert row[["low", "high"]].isna().all()
    else:
        assert row["low"] <= row["high"]


def test_the_change_of_the_end_by_hand() -> None:
    """From one to six inner steps two runs end 2 and 8 m² lower and one 40 m² higher; `data` has a single N."""
    ends = {("whole", 1): (30.0, 30.0, 30.0), ("whole", 3): (9.0, 9.0, 9.0), ("whole", 6): (28.0, 22.0, 70.0)}
    ends |= {("data", 6): (1.0, 1.0, 1.0)}
    rows = [
        ("released", "release", variant, steps, seed, end)
        for (variant, steps), values in ends.items()
        for seed, end in enumerate(values)
    ]
    columns = [*endings_analysis.CONDITION, "inner_steps", "seed", "end_mean"]
    chosen = endings_analysis.extremes(pd.DataFrame(rows, columns=columns))
    assert set(chosen["variant"]) == {"whole"} and set(chosen["inner_steps"]) == {1, 6}
    (change,) = (one for one in endings_analysis.ESTIMANDS if one.name == "end_change_median")
    found = estimates("navigation", [change], {"extremes": chosen}, STATISTICS, rng())
    assert found["value"].tolist() == [-2.0]
