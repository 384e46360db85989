"""Tests of the configurations' stability and of single tasks, on runs worked by hand."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.navigation import configurations_results, single_task
from athanor.experiments.navigation.config_first_order import Configurations, SingleTask
from athanor.experiments.navigation.config_game import Environment
from athanor.experiments.navigation.config_learners import Repaired
from athanor.experiments.navigation.config_reporting import Statistics
from athanor.results import Origin, making, write_arrays

STUDY = Configurations(released_episodes=4, frame=2, block=2)
STATISTICS = Statistics(bootstrap_samples=100)
RUNS = np.array([[9.0, 5.0, 1.0, 3.0], [9.0, 7.0, 5.0, 7.0], [9.0, 7.0, 5.0, np.nan]])


@pytest.fixture(scope="module")
def stable(tmp_path_factory):
    """The base has three runs of which one diverges; the hidden target doubles all distances."""
    folder = tmp_path_factory.mktemp("configurations")
    conditions = {"reading": np.array("released"), "obstacles": np.array("medium")}
    longer = np.concatenate([RUNS, np.full((3, 2), 100.0)], axis=1)
    with making(Origin("test")):
        write_arrays(folder / "base.npz", {"reading": np.array("released"), "squared_distance": longer})
        hidden = conditions | {"goal": np.array("hidden"), "squared_distance": 2 * RUNS}
        write_arrays(folder / "hidden.npz", hidden)
    files = (folder / "hidden.npz",), (folder / "base.npz",)
    return configurations_results.run(Environment(), Repaired(), STUDY, STATISTICS, jax.random.key(0), *files)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seen_mean", 4.0),  # of the runs that are left: 1, 3, 5, 7
        ("hidden_mean", 8.0),
        ("seen_within_frame", np.sqrt(2)),
        ("less_within_frame", -np.sqrt(2)),
        ("seen_across_seeds", np.sqrt(8)),  # of 2 and 6
        ("less_mean", -4.0),
    ],
)
def test_stability_by_hand(stable, name, value) -> None:
    quantities = stable["configurations_quantities"].set_index("quantity")["value"]
    assert quantities[f"configurations_released_medium_{name}"] == pytest.approx(value)


def test_curves_are_means_over_blocks(stable) -> None:
    table = stable["configurations"].query("goal == 'seen' and seed == 0")
    assert table["episode"].tolist() == [2, 4]
    assert table["squared_distance"].tolist() == [7.0, 2.0]


def test_the_base_configuration_is_not_trained_twice() -> None:
    found = Configurations().conditions("medium", True)
    assert ("released", "medium", "seen") not in found
    assert len(found) == 6


def test_the_end_of_single_tasks_by_hand() -> None:
    study = SingleTask(targets=(7, 2), episodes=3, frame=2)
    rows = [
        (learner, target, seed, episode, target + seed + episode + (learner == "ppo"))
        for learner in single_task.LEARNERS
        for target in study.targets
        for seed in range(2)
        for episode in range(1, 4)
    ]
    table = pd.DataFrame(rows, columns=["learner", "target", "seed", "episode", "distance"])
    found = single_task.quantities(table, study, STATISTICS, np.random.default_rng(0))
    values = {quantity.name: quantity.value for quantity in found}
    assert values["single_task_vpg_0"] == 7 + 0.5 + 2.5
    assert values["single_task_ppo_1"] == 2 + 0.5 + 2.5 + 1
    assert values["single_task_difference_1"] == 1
