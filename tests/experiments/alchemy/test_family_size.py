"""Tests of growing families: they are nested, and each learner learns every one of them."""

from functools import partial
from math import prod

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy import family_size, family_size_results, recurrent
from athanor.experiments.alchemy.config_family import FamilySize
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_learners import Learners
from athanor.experiments.alchemy.config_meta import MetaLearning
from athanor.experiments.alchemy.config_recurrent import Recurrent
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.family_size import Family, chemistry_counts, draw
from athanor.results import Origin, making, write_table
from athanor.tasks.alchemy.environment import alchemy

GAME = Environment(trials=2, trial_steps=3, potions=2)
SMALL = Learners(hidden=4, trajectories=2, points=2)
MEMORY = Recurrent(hidden=4, tasks=2, simple_episodes=8, full_episodes=8, seeds=2)
STUDY = FamilySize(sizes=(1, 8), episodes=16, seeds=2)


def test_families_are_nested_and_hold_as_many_chemistries_as_they_say() -> None:
    counts = chemistry_counts(alchemy(GAME.rules()))
    order = jax.random.permutation(jax.random.key(0), prod(counts))
    assert prod(counts) == 41_856
    drawing = jax.jit(partial(draw, counts, 400))
    members = {}
    for size in (1, 8, 48):
        tasks = drawing(Family(order, jnp.int32(size)), jax.random.key(size))
        members[size] = {tuple(numbers) for numbers in np.stack(tasks, axis=1).tolist()}
        assert len(members[size]) == size
    assert members[1] < members[8] < members[48]


def test_the_curves_name_learner_and_size() -> None:
    sections = (GAME, SMALL, MetaLearning(tasks=2), MEMORY, STUDY)
    table = family_size.run(*sections, jax.random.key(0), "recurrent")["curves"]
    assert list(table["condition"].unique()) == ["recurrent_1", "recurrent_8", "recurrent_41856"]
    assert len(table) == 3 * 2 * 2
    with pytest.raises(ValueError, match="learner is vpg, must be one of joint, maml, fomaml, recurrent"):
        family_size.run(*sections, jax.random.key(0), "vpg")


def test_a_recurrent_run_reports_every_trial(tmp_path) -> None:
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "yardstick.csv", pd.DataFrame({"trials": [1, 2]}))
    found = recurrent.run(GAME, SMALL, MEMORY, jax.random.key(0), tmp_path / "yardstick.csv", "simple")
    assert list(found["trials"]["trial"]) == [1, 2, 1, 2]
    totals = found["trials"].groupby("seed")["score"].sum().to_numpy()
    last = found["curves"].query("episode == 8")["score"].to_numpy()
    np.testing.assert_allclose(totals, last, atol=1e-3)
    with pytest.raises(ValueError, match="game is chess, must be one of simple, full"):
        recurrent.run(GAME, SMALL, MEMORY, jax.random.key(0), tmp_path / "yardstick.csv", "chess")


def test_what_size_costs(tmp_path) -> None:
    rows = [
        ("family_size", f"{learner}_{size}", seed, episode, 100.0 - np.log2(size) + seed + episode)
        for learner in ("joint", "maml", "fomaml", "recurrent")
        for size in (1, 8, 64)
        for seed in range(2)
        for episode in (1, 20)
    ]
    columns = ["experiment", "condition", "seed", "episode", "score"]
    means = pd.DataFrame({"agent": "oracle", "trial": ["1", "all"], "value": [0.0, 200.0]})
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "curves.csv", pd.DataFrame(rows, columns=columns))
        write_table(tmp_path / "means.csv", means)
    sections = (STUDY, Statistics(bootstrap_samples=200), jax.random.key(0))
    found = family_size_results.run(*sections, tmp_path / "means.csv", (tmp_path / "curves.csv",))
    quantities = found["family_size_quantities"].set_index("quantity")["value"]
    assert quantities["family_size_maml_one"] == pytest.approx(120.5)  # of the last points alone
    assert quantities["family_size_maml_cost"] == pytest.approx(6.0)
    assert quantities["family_size_maml_slope"] == pytest.approx(-1.0)
    assert quantities["family_size_maml_cost_share"] == pytest.approx(np.mean([6 / 86, 6 / 85]), abs=1e-3)
    assert list(found["family_size"].columns) == ["learner", "size", "seed", "score", "value", "low", "high"]
