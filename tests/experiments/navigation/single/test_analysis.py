"""Tests of the configurations' stability and of single tasks, on runs worked by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.single import analysis, single_task
from athanor.experiments.navigation.single.conditions import conditions
from athanor.experiments.navigation.single.config import Configurations, SingleTask
from athanor.results import Origin, making, write_arrays, write_table

STUDY = Configurations(released_episodes=4, frame=2, block=2)
SINGLE = SingleTask(targets=(7, 2), episodes=3, frame=2)
RUNS = np.array([[9.0, 5.0, 1.0, 3.0], [9.0, 7.0, 5.0, 7.0], [9.0, 7.0, 5.0, np.nan]])


def tasks():
    """Return distances of two runs that are a target, a seed, an episode and, for PPO, one metre apart."""
    rows = [
        (learner, target, seed, episode, target + seed + episode + (learner == "ppo"))
        for learner in single_task.LEARNERS
        for target in SINGLE.targets
        for seed in range(2)
        for episode in range(1, 4)
    ]
    return pd.DataFrame(rows, columns=["learner", "target", "seed", "episode", "distance"])


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The base has three runs of which one diverges; the hidden target doubles all distances."""
    folder = tmp_path_factory.mktemp("configurations")
    conditions = {"reading": np.array("released"), "obstacles": np.array("medium")}
    longer = np.concatenate([RUNS, np.full((3, 2), 100.0)], axis=1)
    with making(Origin("test")):
        write_arrays(folder / "base.npz", {"reading": np.array("released"), "squared_distance": longer})
        hidden = conditions | {"goal": np.array("hidden"), "squared_distance": 2 * RUNS}
        write_arrays(folder / "hidden.npz", hidden)
        write_table(folder / "tasks.csv", tasks())
    files = (folder / "hidden.npz",), (folder / "base.npz",), folder / "tasks.csv"
    sections = Environment(), STUDY, SINGLE, Statistics(bootstrap_samples=100)
    return analysis.run(*sections, np.random.default_rng(0), *files)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seen.mean", 4.0),  # of the runs that are left: 1, 3, 5, 7
        ("hidden.mean", 8.0),
        ("seen.within_frame", np.sqrt(2)),
        ("difference.within_frame", -np.sqrt(2)),
        ("seen.across_seeds", np.sqrt(8)),  # of 2 and 6
        ("difference.mean", -4.0),
    ],
)
def test_stability_by_hand(found, name, value) -> None:
    estimates = found["estimates/single"].set_index("quantity")["value"]
    assert estimates[f"navigation.configuration.released.medium.{name}"] == pytest.approx(value)


def test_curves_are_means_over_blocks(found) -> None:
    table = found["configurations"].query("goal == 'seen' and seed == 0")
    assert table["episode"].tolist() == [2, 4]
    assert table["squared_distance"].tolist() == [7.0, 2.0]


def test_the_base_configuration_is_not_trained_twice() -> None:
    trained = conditions(Configurations(), "medium", True)
    assert {"reading": "released", "obstacles": "medium", "goal": "seen"} not in trained
    assert len(trained) == 6


def test_the_end_of_single_tasks_by_hand(found) -> None:
    values = found["estimates/single"].set_index("quantity")["value"]
    assert values["navigation.single_end.vpg.7"] == 7 + 0.5 + 2.5
    assert values["navigation.single_end.ppo.2"] == 2 + 0.5 + 2.5 + 1
    assert values["navigation.single_ppo_over_vpg.2"] == 1
