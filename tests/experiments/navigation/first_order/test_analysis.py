"""Tests of the comparison of MAML and FOMAML on tables worked by hand."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.first_order import analysis
from athanor.experiments.navigation.first_order.conditions import length
from athanor.experiments.navigation.first_order.config import FirstOrder
from athanor.experiments.navigation.game.config import Environment
from athanor.results import Origin, making, write_table


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Two seeds, one target before and one behind the cross, two held out; the second FOMAML seed fails the first."""
    path = tmp_path_factory.mktemp("first_order") / "final_distances.csv"
    places = {("fixed", 0): (6.7, 9.3, 0.2), ("fixed", 1): (2.5, 2.4, 3.0)}
    places |= {("held_out", 0): (9.0, 9.0, 0.1), ("held_out", 1): (8.0, 9.0, 0.3)}
    rows = [
        (reading, algorithm, *name, x, y, seed, step, distance + shift + 0.5 * (step == 0), seed)
        for reading in ("released", "written", "corrected")
        for algorithm in ("maml", "fomaml")
        for name, (x, y, distance) in places.items()
        for seed in range(2)
        for step in range(2)
        for shift in [1.0 if (algorithm, name, seed) == ("fomaml", ("fixed", 0), 1) else 0.0]
    ]
    columns = ["reading", "algorithm", "targets", "target", "x", "y", "seed", "step", "distance", "in_cross"]
    table = pd.DataFrame(rows, columns=columns).assign(near=0.25, squared_distance=1.0, reward=-1.0)
    with making(Origin("test")):
        write_table(path, table)
    study = FirstOrder(shown_targets=(0,), solved_targets=1)
    statistics = Statistics(bootstrap_samples=100)
    return analysis.run(Environment(), study, statistics, np.random.default_rng(0), (path,))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("final_distance.corrected.maml.fixed", 1.6),
        ("final_distance.corrected.fomaml.fixed", 1.85),
        ("final_distance.corrected.fomaml.behind", 3.0),
        ("final_distance.corrected.fomaml.before", 0.7),
        ("final_distance.corrected.fomaml.bottom_right", 0.7),
        ("final_distance.corrected.fomaml.held_out", 0.2),
        ("final_in_cross.corrected.maml.behind", 0.5),
        ("final_difference.corrected.fixed", 0.25),
        ("final_difference.corrected.behind", 0.0),
        ("both_in_cross.corrected.behind", 0.5),
        ("both_near.corrected.behind", 0.25),
        ("targets_solved.corrected.maml", 1.0),
        ("targets_solved.corrected.fomaml", 0.5),
        ("runs_solving.corrected.maml", 2),
        ("runs_solving.corrected.fomaml", 1),
        ("both_solving.corrected", 0.5),
        ("inner_step_gain.corrected.maml", 0.5),
        ("runs_diverged.corrected.maml", 0),
        ("targets_behind_cross.fixed", 1),
        ("targets_behind_cross.held_out", 0),
    ],
)
def test_estimates_by_hand(compared, name, value) -> None:
    estimates = compared["estimates/first_order"].set_index("quantity")["value"]
    assert estimates[f"navigation.{name}"] == pytest.approx(value)


def test_what_is_reachable_stands_beside_each_target(compared) -> None:
    table = compared["final_distances"]
    assert table["reachable_distance"].between(0, 0.15).all()
    assert table.query("x == 2.5")["behind"].all()
    assert not table.query("x == 6.7")["behind"].any()
    assert compared["estimates/first_order"]["quantity"].is_unique


def test_over_held_out_targets_these_are_a_sample_too(compared) -> None:
    """Runs end alike, at 0.1 and 0.3 from the targets: a standard error of 0.1 with one degree of freedom."""
    found = compared["estimates/first_order"].set_index("quantity")
    row = found.loc["navigation.final_distance.corrected.maml.held_out"]
    half = 12.7062 * 0.1
    assert row[["low", "high"]].tolist() == pytest.approx([0.2 - half, 0.2 + half], abs=1e-4)
    difference = found.loc["navigation.final_difference.corrected.held_out"]
    assert difference["value"] == 0 and np.isnan(difference["low"])


def test_of_both_algorithms_the_interval_of_a_share_is_exact(compared) -> None:
    """Runs that solve: 2 of 2 and 1 of 2; the low end is that of 1 of 2, the high end holds for both together."""
    found = compared["estimates/first_order"].set_index("quantity").loc["navigation.both_solving.corrected"]
    beta = scipy.stats.beta
    assert found["low"] == pytest.approx(beta.ppf(0.025, 1, 2))
    assert found["high"] == pytest.approx(beta.ppf(1 - 0.0125, 2, 1))


def test_the_corrected_reading_trains_as_long_as_its_section_says() -> None:
    assert [length(FirstOrder(), reading, 7) for reading in ("released", "written", "corrected")] == [
        2000,
        400,
        7,
    ]


@pytest.mark.parametrize(
    ("section", "values", "problem"),
    [
        (
            "first_order",
            {"shown_targets": (8,)},
            "first_order.shown_targets is .8., must be numbers from 0 to 7",
        ),
        ("first_order", {"solved_targets": 9}, "first_order.solved_targets is 9, must be at most 8"),
        ("single_task", {"episodes": 10}, "single_task.frame is 20, must be at most 10"),
        ("configurations", {"released_episodes": 3000}, "configurations.released_episodes is 3000"),
    ],
)
def test_what_does_not_fit_is_named(section, values, problem) -> None:
    default = getattr(NavigationConfig(), section)
    with pytest.raises(ValueError, match=problem):
        NavigationConfig(**{section: default.model_copy(update=values)})
