"""Adaptation in point navigation: the columns, the oracle, equal starts, and means by hand."""

import jax
import pandas as pd
import pytest

from athanor.experiments.overview.adaptation import analysis, learners, training
from athanor.experiments.overview.adaptation.conditions import LEARNERS
from athanor.experiments.overview.adaptation.config import Adaptation
from athanor.results import Origin, making, write_table

TINY = Adaptation(
    runs=2,
    held_out=3,
    shown_updates=2,
    shown_trajectories=2,
    updates=2,
    inner_steps=1,
    goals=2,
    trajectories=2,
    hidden=4,
    reptile_steps=2,
)


def test_all_learners_play_as_many_episodes():
    settings = Adaptation(updates=30, goals=4, trajectories=5, inner_steps=1, reptile_steps=3)
    rounds = {"multitask": 1, "maml": 2, "fomaml": 2, "emaml": 2, "reptile": 3}
    for name, of_goal in rounds.items():
        how = learners.method(settings, name)
        assert how.updates * how.goals * of_goal == 30 * 4 * 2
    assert learners.method(settings, "random").updates == 0
    assert set(LEARNERS) == {*rounds, "random", "oracle"}
    with pytest.raises(ValueError, match="learner is sgd, must be one of random, multitask"):
        learners.method(settings, "sgd")


def test_the_later_rate_is_of_the_updates_after_the_first():
    settings = [TINY.model_copy(update={"later_inner_rate": rate}) for rate in (0.01, 0.5)]
    low, high = (training.run(given, jax.random.key(0), "random")["curves"] for given in settings)
    before = low["updates"] < 2
    pd.testing.assert_frame_equal(low[before], high[before])
    assert (low[~before]["return"] != high[~before]["return"]).all()
    faster = TINY.model_copy(update={"inner_rate": 0.5, "later_inner_rate": 0.01})
    other = training.run(faster, jax.random.key(0), "random")["curves"]
    first = low["updates"] == 1
    assert (other[first]["return"] != low[first]["return"]).all()


def test_means_and_differences_by_hand(tmp_path):
    """Two goals a run; multitask earns −6, maml −2 and −4: −3, which is 3 more."""
    rows = [("multitask", 0, 0, 1, -6.0), ("maml", 0, 0, 1, -2.0), ("maml", 0, 1, 1, -4.0)]
    with making(Origin("test")):
        write_table(tmp_path / "a.csv", pd.DataFrame(rows, columns=training.COLUMNS))
    (tmp_path / "published.csv").write_text("# source\nlearner,updates,return\nmaml,1,-11.7\n")
    made = analysis.run((tmp_path / "a.csv",), tmp_path / "published.csv")
    value = made["adapted"].set_index(["system", "condition", "quantity"])["value"]
    assert value["maml", "after_1", "return"] == -3 and value["multitask", "after_1", "return"] == -6
    assert value["maml", "after_1", "over_multitask"] == 3
    assert len(value) == 3
    assert made["published_adaptation"].iloc[0].tolist() == ["maml", 1, -11.7]
