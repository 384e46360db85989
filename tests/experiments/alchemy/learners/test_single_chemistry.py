"""Tests of learning on single chemistries: what is recorded, and how it is placed below the oracle."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners import (
    references,
    single_analysis,
    single_chemistry,
    single_references,
)
from athanor.experiments.alchemy.learners.config import Learners, SingleChemistry
from athanor.experiments.alchemy.learners.runs import budget, curve_rows
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_table
from athanor.tasks.alchemy.environment import Chemistry

GAME = Environment(trials=2, trial_steps=3, potions=2)
SMALL = Learners(hidden=4, trajectories=2, points=2)
STUDY = SingleChemistry(chemistries=((0, 0, 0), (90, 44, 1)), episodes=8, seeds=2, reference_episodes=20)


def test_a_budget_has_as_many_updates_at_every_point() -> None:
    plan = budget(1000, 16, 10)
    assert (plan.block, plan.updates) == (7, 70)
    np.testing.assert_array_equal(plan.episodes[[0, -1]], [112, 1120])
    assert budget(1, 16, 10).block == 1


def test_a_curve_has_a_row_a_seed_and_point() -> None:
    table = single_chemistry.run(GAME, SMALL, STUDY, jax.random.key(1), "ppo", 1)["curves"]
    assert list(table["episode"]) == [4, 8, 4, 8]
    assert list(table["seed"]) == [0, 0, 1, 1]
    assert set(table["learner"]) == {"ppo"} and set(table["place"]) == {1}
    assert table["score"].between(-3 * 3 * 2, 3 * 15 * 2).all()


def test_what_is_not_there_is_refused_in_one_line() -> None:
    with pytest.raises(ValueError, match="place is 2, must be from 0 to 1"):
        single_chemistry.run(GAME, SMALL, STUDY, jax.random.key(1), "ppo", 2)
    with pytest.raises(ValueError, match="learner is sarsa, must be one of vpg, ppo"):
        single_chemistry.run(GAME, SMALL, STUDY, jax.random.key(1), "sarsa", 0)


def test_no_player_beats_the_oracle_on_a_chemistry() -> None:
    env = game_of(GAME)
    tasks = Chemistry(*(jnp.array(numbers) for numbers in ([0, 90], [0, 44], [0, 1], [0, 0])))
    best = references.oracle_scores(env, tasks, 200, jax.random.key(2))
    dips = references.played_scores(env, "random_dips", tasks, 200, jax.random.key(2))
    random = references.played_scores(env, "random", tasks, 200, jax.random.key(2))
    error = np.hypot(best.std(1), dips.std(1)) / np.sqrt(200)
    assert (dips.mean(1) < best.mean(1) + 3 * error).all()
    assert (random.mean(1) < dips.mean(1)).all()
    assert set(np.unique(best)) <= set(range(0, 91))  # a plan pays 0, 1 or 15 a stone


def test_scores_lie_between_random_actions_and_the_oracle(tmp_path) -> None:
    plan = budget(8, 2, 4)
    scores = np.array([[1.0, 2.0, 4.0, 4.0], [3.0, 4.0, 6.0, 6.0]])  # seed, point
    table = pd.concat(
        curve_rows({"learner": learner, "place": place}, scores + (learner == "ppo"), plan)
        for learner in ("vpg", "ppo")
        for place in (0, 1)
    )
    played = single_references.run(GAME, STUDY, jax.random.key(0))["single_references"]
    assert len(played) == 2 * 3 * 20
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
