"""Tests of meta-learning over chemistries: what is held out, and how tests are scored."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners import meta_analysis, meta_learning
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning
from athanor.experiments.alchemy.learners.meta_learning import TEST_COLUMNS, fresh
from athanor.experiments.alchemy.learners.runs import budget, curve_rows
from athanor.experiments.alchemy.learners.table import META_LEARNERS
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_table
from athanor.tasks.alchemy.environment import Chemistry

GAME = Environment(trials=2, trial_steps=3, potions=2)
SMALL = Learners(hidden=4, trajectories=2, points=2)
STUDY = MetaLearning(tasks=2, episodes=16, seeds=2, test_chemistries=3, test_steps=2, reference_episodes=20)


def test_training_meets_no_chemistry_of_the_tests() -> None:
    env = game_of(GAME)
    common = jnp.arange(48 * 8)  # all chemistries on the graph with every edge, a quarter of the prior
    held_out = Chemistry(jnp.zeros_like(common), common // 8, common % 8, jnp.zeros_like(common))
    drawn = jax.jit(partial(fresh, env, held_out, 200))(jnp.zeros(()), jax.random.key(0))
    # Four draws in a row are held out with probability 1 / 256.
    assert np.mean(drawn.graph == 0) < 0.03
    assert len(np.unique(drawn.graph)) > 50


def test_updates_of_all_learners_play_as_many_episodes() -> None:
    for learner in ("maml", "fomaml", "joint", "untrained"):
        assert meta_learning.update_episodes(SMALL, STUDY, learner) == 2 * 2 * 2
    assert meta_learning.update_episodes(SMALL, STUDY, "fomaml_fixed") == 3 * 2 * 2
    assert meta_learning.tasks_of(STUDY, "maml") == 2
    assert meta_learning.tasks_of(STUDY, "joint") == 4


def test_fixed_chemistries_are_those_of_a_run_and_none_of_the_tests(monkeypatch) -> None:
    met = []
    monkeypatch.setattr(meta_learning, "train", lambda *rest: met.append(rest[1:3]) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        meta_learning.run(GAME, SMALL, STUDY, jax.random.key(3), "fomaml_fixed")
    ((sample, given),) = met
    assert {leaf.shape for leaf in given} == {(2, 3)}
    own = jax.tree.map(lambda leaf: leaf[1], given)
    for key in jax.random.split(jax.random.key(0)):
        assert all(np.array_equal(one, other) for one, other in zip(sample(own, key), own, strict=True))
    numbers = np.stack(given, axis=-1).reshape(-1, 4)
    tested = []
    monkeypatch.setattr(meta_learning, "adapted", lambda *rest: tested.append(rest[4]) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        meta_learning.run(GAME, SMALL, STUDY, jax.random.key(3), "untrained")
    held_out = np.stack(tested[0], axis=-1)
    assert held_out.shape == (3, 4)
    assert not (numbers[:, None] == held_out).all(-1).any()
    assert len(np.unique(numbers, axis=0)) == 6


def test_an_unknown_learner_is_named() -> None:
    with pytest.raises(
        ValueError, match="learner is reptile, must be one of maml, fomaml, fomaml_fixed, joint, untrained"
    ):
        meta_learning.run(GAME, SMALL, STUDY, jax.random.key(3), "reptile")


def test_scores_are_placed_between_random_actions_and_the_oracle(tmp_path) -> None:
    plan = budget(16, 8, 2)
    rows, curves = [], []
    for place, learner in enumerate(META_LEARNERS):
        rows += [
            (learner, seed, number, number, 0, 0, 0, step, 10.0 - place + step + seed)
            for seed in range(2)
            for number in range(3)
            for step in range(3)
        ]
        if learner != "untrained":
            curves.append(curve_rows({"learner": learner}, np.array([[1.0, 3.0], [2.0, 4.0]]), plan))
    players = {"random": 2.0, "random_dips": 7.0, "oracle": 42.0}
    references = pd.DataFrame(
        [(player, place, score + place - 1) for player, score in players.items() for place in range(3)],
        columns=["player", "chemistry", "score"],
    )
    published = pd.DataFrame({"curve": ["vpg_one", "vpg_one"], "episode": [0, 9], "score": [5.0, 202.0]})
    tables = {
        "tests": pd.DataFrame(rows, columns=TEST_COLUMNS),
        "curves": pd.concat(curves),
        "none": curves[0].head(0),
        "references": references,
        "published": published,
    }
    with making(Origin(folder=tmp_path)):
        for name, table in tables.items():
            write_table(tmp_path / name, table)
    paths = {name: tmp_path / name for name in tables}
    sections = (SMALL, STUDY, Statistics(bootstrap_samples=200), np.random.default_rng(0))
    inputs = ((paths["curves"], paths["none"]), (paths["tests"],))
    rest = (paths["references"], paths["published"])
    found = meta_analysis.run(*sections, *inputs, *rest)
    assert found["estimates/meta_learning"]["quantity"].is_unique
    value = found["estimates/meta_learning"].set_index("quantity")["value"]
    value = value.rename(lambda name: name.removeprefix("alchemy."))
    assert value["fine_tuning_score.maml.before"] == pytest.approx(10.5)
    assert value["fine_tuning_gain.maml"] == pytest.approx(2.0)
    assert value["fine_tuning_first_gain.maml"] == pytest.approx(1.0)
    assert value["fine_tuning_advantage.maml.fomaml.after_all_to_before"] == pytest.approx(3.0)
    assert value["fine_tuning_advantage.maml.untrained.after_all"] == pytest.approx(4.0)
    assert value["fine_tuning_share.maml"] == pytest.approx((12.5 - 2.0) / 40.0)
    assert value["fine_tuning_over_dips.maml"] == pytest.approx(5.5)
    assert value["meta_rise.maml"] == pytest.approx(2.0)
    assert value["meta_update_episodes"] == meta_learning.update_episodes(SMALL, STUDY, "maml") == 8
    assert value["published_learner.vpg_one"] == 202
    assert len(found["fine_tuning_scores"]) == 5 * 2 * 3 + 3
