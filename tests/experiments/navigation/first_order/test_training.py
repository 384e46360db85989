"""Tests of the comparison of MAML and FOMAML: one tiny training, and tables worked by hand."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation import first_order, first_order_results
from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.first_order.config import FirstOrder
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Networks, Released, Repaired, Written
from athanor.experiments.navigation.learners.methods import End
from athanor.results import Origin, making, write_table
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import RELEASED

ENV = navigation(RELEASED)
STUDY = FirstOrder(
    released_episodes=2,
    held_out=2,
    trajectories=3,
    shown_targets=(1, 0),
    solved_targets=1,
    shown_trajectories=2,
)
ENVIRONMENT = Environment(horizon=12)


@pytest.fixture(scope="module")
def trained():
    repaired = Repaired(trajectories=2, episodes=2, seeds=2)
    sections = (ENVIRONMENT, Networks(hidden=8), Released(), Written(), repaired, STUDY)
    return first_order.run(*sections, jax.random.key(3), "repaired", "fomaml")


def test_every_target_seed_and_step_has_a_row(trained) -> None:
    table = trained["final_distances"]
    assert len(table) == (8 + 2) * 2 * 2
    steps = table.groupby(["targets", "target", "seed"])["step"].apply(list)
    assert steps.tolist() == [[0, 1]] * (8 + 2) * 2
    fixed = table.query("targets == 'fixed' and target == 3").iloc[0]
    assert (fixed.x, fixed.y) == (9.5, 4.8)
    assert (table["distance"] ** 2 <= table["squared_distance"] + 1e-3).all()
    assert table[["in_cross", "near"]].stack().between(0, 1).all()
    assert trained["curves"]["squared_distance"].shape == (2, 2)


def test_ways_begin_at_the_start_and_lead_to_their_targets(trained) -> None:
    paths = trained["paths"]
    assert paths["position"].shape == (2, 2, 2, 13, 2)
    np.testing.assert_allclose(paths["position"][..., 0, :], 9.9, atol=1e-5)
    np.testing.assert_allclose(paths["target"], [(4.3, 9.6), (6.7, 9.3)])


def test_held_out_targets_are_not_trained_on() -> None:
    key = jax.random.key(0)
    first = first_order.held_out(ENV, np.zeros((1, 2), int), 8, key)
    again = first_order.held_out(ENV, first[2:3], 8, key)
    assert not (again == first[2]).all(1).any()


def test_final_distances_by_hand() -> None:
    """One seed, two targets, one step, two trajectories; the second target's run diverged."""
    cell = np.array([[50.0, 50.0], [60.0, 93.0]])
    cells = np.array([[67, 93], [43, 96]])
    distance = np.array([[5.0, 0.4], [np.nan, np.nan]])[None, :, None]
    end = End(distance**2, distance, -distance, np.broadcast_to(cell, (1, 2, 1, 2, 2)))
    table = first_order.final_distances(RELEASED, end, cells, 1, 0.5)
    row = table.iloc[0]
    assert (row.targets, row.target, row.x, row.y) == ("fixed", 0, 6.7, 9.3)
    assert row[["distance", "squared_distance", "reward", "in_cross", "near"]].tolist() == [
        2.7,
        12.58,
        -2.7,
        0.5,
        0.5,
    ]
    assert table.iloc[1][["targets", "target"]].tolist() == ["held_out", 0]
    assert table.iloc[1][["distance", "in_cross", "near"]].isna().all()


def test_an_unknown_algorithm_is_named() -> None:
    with pytest.raises(ValueError, match="algorithm is reptile, must be one of maml, fomaml"):
        first_order.known("reptile")


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Two seeds, one target before and one behind the cross, one held out; the second FOMAML seed fails the first."""
    path = tmp_path_factory.mktemp("first_order") / "final_distances.csv"
    places = {("fixed", 0): (6.7, 9.3, 0.2), ("fixed", 1): (2.5, 2.4, 3.0), ("held_out", 0): (9.0, 9.0, 0.1)}
    rows = [
        (reading, algorithm, *name, x, y, seed, step, distance + shift + 0.5 * (step == 0), seed)
        for reading in ("released", "written", "repaired")
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
    study = STUDY.model_copy(update={"shown_targets": (0,)})
    statistics = Statistics(bootstrap_samples=100)
    return first_order_results.run(
        Environment(), Repaired(seeds=2), study, statistics, jax.random.key(0), (path,)
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("repaired_maml_fixed_distance", 1.6),
        ("repaired_fomaml_fixed_distance", 1.85),
        ("repaired_fomaml_behind_distance", 3.0),
        ("repaired_fomaml_before_distance", 0.7),
        ("repaired_fomaml_bottom_right_distance", 0.7),
        ("repaired_fomaml_held_out_distance", 0.1),
        ("repaired_maml_behind_in_cross", 0.5),
        ("repaired_difference_fixed", 0.25),
        ("repaired_difference_behind", 0.0),
        ("repaired_both_behind_in_cross", 0.5),
        ("repaired_both_behind_near", 0.25),
        ("repaired_maml_solved", 1.0),
        ("repaired_fomaml_solved", 0.5),
        ("repaired_maml_solving", 2),
        ("repaired_fomaml_solving", 1),
        ("repaired_both_solving", 0.5),
        ("repaired_maml_gain", 0.5),
        ("repaired_maml_diverged", 0),
        ("behind_fixed", 1),
        ("behind_held_out", 0),
        ("written_episodes", 400),
    ],
)
def test_quantities_by_hand(compared, name, value) -> None:
    quantities = compared["first_order_quantities"].set_index("quantity")["value"]
    assert quantities[f"first_order_{name}"] == pytest.approx(value)


def test_what_is_reachable_stands_beside_each_target(compared) -> None:
    table = compared["final_distances"]
    assert table["reachable_distance"].between(0, 0.15).all()
    assert table.query("x == 2.5")["behind"].all()
    assert not table.query("x == 6.7")["behind"].any()
    assert compared["first_order_quantities"]["quantity"].is_unique


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
