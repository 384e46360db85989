"""Tests of meta-learning over chemistries: what is held out, and how tests are scored."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy import meta_learning, meta_learning_results
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_learners import Learners
from athanor.experiments.alchemy.config_meta import META_LEARNERS, MetaLearning
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.meta_learning import TEST_COLUMNS, fresh
from athanor.experiments.alchemy.runs import budget, curve_rows
from athanor.results import Origin, making, write_table
from athanor.tasks.alchemy.environment import Chemistry, alchemy

GAME = Environment(trials=2, trial_steps=3, potions=2)
SMALL = Learners(hidden=4, trajectories=2, points=2)
STUDY = MetaLearning(tasks=2, episodes=16, seeds=2, test_chemistries=3, test_steps=2, reference_episodes=20)


def test_training_meets_no_chemistry_of_the_tests() -> None:
    env = alchemy(GAME.rules())
    common = jnp.arange(48 * 8)  # all chemistries on the graph with every edge, a quarter of the prior
    held_out = Chemistry(jnp.zeros_like(common), common // 8, common % 8, jnp.zeros_like(common))
    drawn = jax.jit(partial(fresh, env, held_out, 200))(jnp.zeros(()), jax.random.key(0))
    # Four draws in a row are held out with probability 1 / 256.
    assert np.mean(drawn.graph == 0) < 0.03
    assert len(np.unique(drawn.graph)) > 50


def test_updates_of_all_learners_play_as_many_episodes() -> None:
    assert meta_learning.update_episodes(SMALL, STUDY) == 2 * 2 * 2
    assert meta_learning.tasks_of(STUDY, "maml") == 2
    assert meta_learning.tasks_of(STUDY, "joint") == 4


def test_tests_have_a_row_a_seed_chemistry_and_step() -> None:
    found = meta_learning.run(GAME, SMALL, STUDY, jax.random.key(3), "fomaml")
    assert list(found["tests"].columns) == TEST_COLUMNS
    assert len(found["tests"]) == 2 * 3 * 3
    assert found["tests"].groupby("chemistry")[["graph", "potion_map"]].nunique().to_numpy().max() == 1
    assert list(found["curves"]["episode"]) == [8, 16, 8, 16]
    untrained = meta_learning.run(GAME, SMALL, STUDY, jax.random.key(3), "untrained")
    assert not len(untrained["curves"])
    pd.testing.assert_frame_equal(untrained["tests"].iloc[:, 1:7], found["tests"].iloc[:, 1:7])
    with pytest.raises(ValueError, match="learner is reptile, must be one of maml, fomaml, joint, untrained"):
        meta_learning.run(GAME, SMALL, STUDY, jax.random.key(3), "reptile")


def test_scores_are_placed_between_random_actions_and_the_oracle(tmp_path) -> None:
    plan = budget(16, 8, 2)
    rows, curves = [], []
    for place, learner in enumerate(META_LEARNERS):
        for seed in range(2):
            for number in range(3):
                rows += [
                    (learner, seed, number, number, 0, 0, 0, step, 10.0 - place + step + seed)
                    for step in range(3)
                ]
        if learner != "untrained":
            scores = np.array([[1.0, 3.0], [2.0, 4.0]])
            curves.append(curve_rows("meta_learning", learner, scores, plan))
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "tests.csv", pd.DataFrame(rows, columns=TEST_COLUMNS))
        write_table(tmp_path / "curves.csv", pd.concat(curves))
        write_table(tmp_path / "none.csv", curves[0].head(0))
    paths = ((tmp_path / "curves.csv", tmp_path / "none.csv"), (tmp_path / "tests.csv",))
    sections = (GAME, SMALL, STUDY, Statistics(bootstrap_samples=200))
    found = meta_learning_results.run(*sections, jax.random.key(0), *paths)
    quantities = found["meta_learning_quantities"].set_index("quantity")["value"]
    assert quantities.index.is_unique
    assert quantities["fine_tuning_maml_before"] == pytest.approx(10.5)
    assert quantities["fine_tuning_maml_gain"] == pytest.approx(2.0)
    assert quantities["fine_tuning_maml_first_gain"] == pytest.approx(1.0)
    assert quantities["fine_tuning_maml_after_over_fomaml_before"] == pytest.approx(3.0)
    assert quantities["fine_tuning_maml_over_untrained_after"] == pytest.approx(3.0)
    assert quantities["meta_learning_maml_rise"] == pytest.approx(2.0)
    assert quantities["meta_learning_update_episodes"] == 8
    low, high = quantities["fine_tuning_random"], quantities["fine_tuning_oracle"]
    assert low < quantities["fine_tuning_random_dips"] < high
    assert quantities["fine_tuning_maml_share"] == pytest.approx((12.5 - low) / (high - low))
