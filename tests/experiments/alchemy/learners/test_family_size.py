"""Tests of growing families: they are nested, and each learner learns every one of them."""

from functools import partial
from math import prod

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners import families, family_analysis, family_size, recurrent
from athanor.experiments.alchemy.learners.config import FamilySize, Learners, MetaLearning, Recurrent
from athanor.experiments.alchemy.learners.families import chemistry_counts
from athanor.experiments.alchemy.learners.family_size import Family, draw
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_arrays, write_table

GAME = Environment(trials=2, trial_steps=3, potions=2)
SMALL = Learners(hidden=4, trajectories=2, points=2)
MEMORY = Recurrent(hidden=4, tasks=2, simple_episodes=8, full_episodes=8, seeds=2)
STUDY = FamilySize(sizes=(1, 8), episodes=16, larger_budget=32, reference_episodes=400, seeds=2)


def test_families_are_nested_and_hold_as_many_chemistries_as_they_say() -> None:
    counts = chemistry_counts(game_of(GAME))
    order = jax.random.permutation(jax.random.key(0), prod(counts))
    assert prod(counts) == 41_856
    drawing = jax.jit(partial(draw, counts, 400))
    members = {}
    for size in (1, 8, 48):
        tasks = drawing(Family(order, jnp.int32(size)), jax.random.key(size))
        members[size] = {tuple(numbers) for numbers in np.stack(tasks, axis=1).tolist()}
        assert len(members[size]) == size
    assert members[1] < members[8] < members[48]


def test_a_family_is_scored_by_its_graphs() -> None:
    """The oracle of this small game does better with all edges (graph 0) than with seven, and random actions alike."""
    found = families.run(GAME, STUDY, jax.random.key(0))
    order = found["orders"]["order"]
    assert order.shape == (2, 41_856)
    np.testing.assert_array_equal(np.sort(order[0]), np.arange(41_856))
    scores = families.by_graph(game_of(GAME), 400, jax.random.key(1))
    assert scores["oracle"][0] > scores["oracle"][-48:].mean() + 1
    table = found["families"].set_index(["seed", "size", "player"])["score"]
    assert len(table) == 2 * 3 * 3
    of_all = families.by_graph(game_of(GAME), 400, jax.random.split(jax.random.key(0))[1])["oracle"]
    graph = order[1, 0] // (48 * 8)
    assert table[1, 1, "oracle"] == pytest.approx(of_all[graph], abs=1e-3)
    assert table[1, 41_856, "oracle"] == pytest.approx(of_all.mean(), abs=1e-3)


def test_an_unknown_learner_is_named(tmp_path) -> None:
    sections = (GAME, SMALL, MetaLearning(tasks=2), MEMORY, STUDY)
    with making(Origin(folder=tmp_path)):
        write_arrays(tmp_path / "orders.npz", {"order": np.tile(np.arange(41_856, dtype=np.int32), (2, 1))})
    given = (*sections, jax.random.key(0), tmp_path / "orders.npz")
    with pytest.raises(
        ValueError, match="learner is vpg, must be one of joint, maml, fomaml, recurrent, maml_larger"
    ):
        family_size.run(*given, "vpg")


def test_an_unknown_game_is_named(tmp_path) -> None:
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "yardstick.csv", pd.DataFrame({"trials": [1, 2]}))
    with pytest.raises(ValueError, match="game is chess, must be one of simple, full"):
        recurrent.run(GAME, SMALL, MEMORY, jax.random.key(0), tmp_path / "yardstick.csv", "chess")


def test_what_size_costs(tmp_path) -> None:
    """Families whose oracle is 201 + 100 seed and whose random actions score 1: one share lost a doubling."""
    sizes = (1, 8, 64)
    rows = [
        (
            learner,
            size,
            seed,
            episode,
            1 + (2 + seed) * (60 - np.log2(size)) + episode - 20,
        )
        for learner in ("joint", "maml", "fomaml", "recurrent")
        for size in sizes
        for seed in range(2)
        for episode in (1, 20)
    ]
    columns = ["learner", "size", "seed", "episode", "score"]
    played = [
        (seed, size, player, 1.0 + high * (2 + seed))
        for seed in range(2)
        for size in sizes
        for player, high in (("random", 0), ("random_dips", 50), ("oracle", 100))
    ]
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "curves.csv", pd.DataFrame(rows, columns=columns))
        families_table = pd.DataFrame(played, columns=["seed", "size", "player", "score"])
        write_table(tmp_path / "families.csv", families_table)
    settings = (Statistics(bootstrap_samples=200), np.random.default_rng(0))
    found = family_analysis.run(*settings, tmp_path / "families.csv", (tmp_path / "curves.csv",))
    value = found["estimates/family_size"].set_index("quantity")["value"]
    assert value["alchemy.family_one.maml"] == pytest.approx(0.6)  # of the last points alone
    assert value["alchemy.family_share.maml.1"] == pytest.approx(0.6)
    assert value["alchemy.family_cost.maml"] == pytest.approx(0.06)
    assert value["alchemy.family_slope.maml"] == pytest.approx(-0.01)
    assert value["alchemy.family_cost_share.maml"] == pytest.approx(6 / 46)
    assert value["alchemy.family_random_dips"] == pytest.approx(0.5)
    shown = ["learner", "size", "seed", "score", "share", "value", "low", "high"]
    assert list(found["family_size"].columns) == shown
    assert len(found["family_size"]) == 4 * 3 * 2
