"""Tests of training at a constant rate: what is recorded, and how late changes are counted, by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners import constant_rate, rate_analysis
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning, SingleChemistry
from athanor.experiments.alchemy.learners.methods import constant, joint
from athanor.experiments.alchemy.learners.runs import budget, curve_rows, train
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_table

GAME = Environment(trials=2, trial_steps=3, potions=2)
SMALL = Learners(hidden=4, trajectories=2, points=2)
SINGLE = SingleChemistry(chemistries=((0, 0, 0), (90, 44, 1)), episodes=8, seeds=2, reference_episodes=20)
META = MetaLearning(tasks=2, episodes=16, seeds=2, test_chemistries=3, test_steps=2, reference_episodes=20)


def test_either_learner_has_a_curve_of_every_run() -> None:
    key = jax.random.key(1)
    single = constant_rate.run(GAME, SMALL, SINGLE, META, key, "ppo")["curves"]
    assert single.groupby(["place", "seed"]).size().tolist() == [2] * 4
    meta = constant_rate.run(GAME, SMALL, SINGLE, META, key, "maml")["curves"]
    assert meta.groupby("seed")["episode"].max().tolist() == [16, 16]
    with pytest.raises(ValueError, match="learner is vpg, must be one of ppo, maml"):
        constant_rate.run(GAME, SMALL, SINGLE, META, key, "vpg")


def test_the_rate_alone_differs_from_ppo_on_one_chemistry() -> None:
    """The first of four updates is at the first rate in both; the last is at a quarter of it in one."""
    env = game_of(GAME)
    task = jax.tree.map(lambda number: jnp.tile(number, (1, 1)), env.chemistry(0, 0, 0))
    keys = jax.random.split(jax.random.key(2), 1)

    def weights(learner, updates):
        runs, _ = train(learner, lambda task, key: task, task, budget(2 * updates, 2, 1), keys, "test")
        return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(runs.state.params)])

    settings = SMALL.model_copy(update={"ppo_epochs": 1})
    falling, steady = joint(env, settings, "ppo", 4), joint(env, settings, "ppo", 4, constant)
    np.testing.assert_allclose(weights(falling, 1), weights(steady, 1), rtol=1e-5)
    assert np.abs(weights(falling, 4) - weights(steady, 4)).max() > 1e-4


def test_late_changes_by_hand(tmp_path) -> None:
    plan = budget(8, 2, 4)
    curves = {
        "constant": curve_rows({"learner": "ppo", "place": 0}, np.array([[0.0, 1.0, 2.0, 4.0]] * 2), plan),
        "single": curve_rows({"learner": "ppo", "place": 0}, np.array([[0.0, 1.0, 4.0, 5.0]] * 2), plan),
        "meta": curve_rows({"learner": "maml"}, np.array([[1.0, 1.0, 2.0, 3.0], [1.0, 1.0, 2.0, 2.0]]), plan),
    }
    with making(Origin(folder=tmp_path)):
        for name, table in curves.items():
            write_table(tmp_path / name, table)
    settings = (Statistics(bootstrap_samples=100), np.random.default_rng(0))
    found = rate_analysis.run(*settings, *((tmp_path / name,) for name in curves))
    value = found["estimates/constant_rate"].set_index("quantity")["value"]
    value = value.rename(lambda name: name.removeprefix("alchemy."))
    expected = {
        "late_change.ppo.constant": 2.0,
        "late_change_share.ppo.constant": 0.5,
        "late_score.ppo.constant": 4.0,
        "late_change.ppo.falling": 1.0,
        "late_change_share.ppo.falling": 0.2,
        "late_change.maml.falling": 0.5,
        "late_change_share.maml.falling": 0.25,
        "late_change_difference.ppo": 1.0,
    }
    assert value[list(expected)].to_dict() == pytest.approx(expected)
    assert isinstance(found["late_changes"], pd.DataFrame)
