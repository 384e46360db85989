"""Tests of learning on single chemistries: what is recorded, and how it is placed below the oracle."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners import (
    single_analysis,
    single_chemistry,
)
from athanor.experiments.alchemy.learners.config import Learners, SingleChemistry
from athanor.experiments.alchemy.learners.runs import budget, curve_rows
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_table

GAME = Environment(trials=2, trial_steps=3, potions=2)
SMALL = Learners(hidden=4, trajectories=2, points=2)
STUDY = SingleChemistry(chemistries=((0, 0, 0), (90, 44, 1)), episodes=8, seeds=2, reference_episodes=200)


def test_a_budget_has_as_many_updates_at_every_point() -> None:
    plan = budget(1000, 16, 10)
    assert (plan.block, plan.updates) == (7, 70)
    np.testing.assert_array_equal(plan.episodes[[0, -1]], [112, 1120])
    assert budget(1, 16, 10).block == 1


def test_what_is_not_there_is_refused_in_one_line() -> None:
    with pytest.raises(ValueError, match="place is 2, must be from 0 to 1"):
        single_chemistry.run(GAME, SMALL, STUDY, jax.random.key(1), "ppo", 2)
    with pytest.raises(ValueError, match="learner is sarsa, must be one of vpg, ppo"):
        single_chemistry.run(GAME, SMALL, STUDY, jax.random.key(1), "sarsa", 0)


def test_scores_lie_between_random_actions_and_the_oracle(tmp_path) -> None:
    plan = budget(8, 2, 4)
    scores = np.array([[1.0, 2.0, 4.0, 4.0], [3.0, 4.0, 6.0, 6.0]])  # seed, point
    table = pd.concat(
        curve_rows({"learner": learner, "place": place}, scores + (learner == "ppo"), plan)
        for learner in ("vpg", "ppo")
        for place in (0, 1)
    )
    played = pd.DataFrame(
        [
            (place, player, episode, score + place + episode, edges)
            for place, edges in enumerate((12, 7))
            for player, score in (("oracle", 20.0), ("random", -1.0), ("random_dips", 9.0))
            for episode in range(2)
        ],
        columns=["place", "player", "episode", "score", "edges"],
    )
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "curves.csv", table)
        write_table(tmp_path / "references.csv", played)
    settings = (Statistics(bootstrap_samples=200), np.random.default_rng(0))
    found = single_analysis.run(*settings, (tmp_path / "curves.csv",), tmp_path / "references.csv")
    estimates = found["estimates/single_chemistry"].set_index("quantity")
    assert estimates.index.is_unique
    value = estimates["value"].rename(lambda name: name.removeprefix("alchemy."))
    assert value["single_end.vpg.0"] == pytest.approx(5.0)
    assert value["single_gain.ppo"] == pytest.approx(3.0)
    assert value["single_late_share.ppo"] == pytest.approx(0.0)
    assert value["single_ppo_over_vpg"] == pytest.approx(1.0)
    base = found["single_chemistry"].pivot(index="place", columns="player", values="value")
    expected = ((5.0 - base["random"]) / (base["oracle"] - base["random"])).mean()
    assert value["single_score.vpg"] == pytest.approx(expected)
    assert list(found["single_chemistry"].groupby("place")["edges"].first()) == [12, 7]
