"""Tests of tables on mazes and deep sea: games and their values, over-estimates, held-out states, and a small run."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.experiments.overview.learned.config import EpisodicControls
from athanor.experiments.overview.learned.episodic_control import (
    Readings,
    compiled,
    described,
    half_stored,
    holding,
    optimal_play,
    sweep,
)
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.learned.table_games import (
    Game,
    State,
    TableGame,
    Tables,
    deep_sea_game,
    maze_game,
)
from athanor.tasks.deep_sea import exact as deep_sea_exact
from athanor.tasks.deep_sea.environment import DeepSea

TINY = EpisodicControls(tables=1, runs=2)


@pytest.mark.parametrize("game", [maze_game(0.0, 0), deep_sea_game(0.1, 0)], ids=lambda game: game.family)
def test_the_best_actions_are_worth_the_optimum(game):
    going_on = ~np.asarray(game.task.ends)
    assert game.worth(np.eye(game.rules.actions)[game.best.argmax(axis=1)]) == pytest.approx(game.optimal)
    assert game.random < game.optimal
    assert len(np.unique(np.asarray(game.task.seen), axis=0)) == len(game.best)
    assert np.asarray(game.task.cumulative)[..., -1] == pytest.approx(1, abs=1e-5)
    assert (np.asarray(game.task.reward)[~going_on] == 0).all()


@pytest.mark.parametrize("game", [maze_game(0.2, 0), deep_sea_game(0.1, 0)], ids=lambda game: game.family)
def test_values_are_those_that_the_tables_give(game):
    """Backward induction over the tables that are played on, where the horizon of the family is not told."""
    chance = np.diff(np.asarray(game.task.cumulative, float), axis=-1, prepend=0)
    reward, later = np.asarray(game.task.reward, float), 0.0
    for _ in range(game.rules.steps):
        value = (chance * (reward + later)).sum(axis=-1)
        value[np.asarray(game.task.ends)] = 0
        later = value.max(axis=1)
    assert value == pytest.approx(game.best, abs=1e-4)


def test_a_dive_by_hand():
    game = deep_sea_game(0.0, 0)
    right = int(game.best[0].argmax())
    step = jax.jit(game.rules.step)
    turned, paid = step(game.task, State(jnp.int32(0)), jnp.int32(right), jax.random.key(0))
    stayed, free = step(game.task, State(jnp.int32(0)), jnp.int32(1 - right), jax.random.key(0))
    assert (int(turned.state), int(stayed.state)) == (11, 10)
    assert (float(paid.reward), float(free.reward)) == pytest.approx((-0.001, 0))
    assert game.rules.observe(game.task, turned).tolist() == pytest.approx([1 / 10, 1 / 9])
    assert game.random == pytest.approx(deep_sea_exact.random(DeepSea()))


def line():
    """Return a game of two states whose values are 1 and 1/2, 0 and −1."""
    best = jnp.array([[1.0, 0.5], [0.0, -1.0]])
    none = jnp.zeros((2, 2, 2))
    tables = Tables(none, none, jnp.zeros(2, bool), jnp.array([[0.0], [1.0]]), best)
    return Game("line", TableGame(1, 2, 1), tables, lambda policy: float(policy[0, 0]))


def test_a_run_is_described_by_hand():
    read = Readings(np.array([[0.75, 1.5], [0.25, 9.0]]), np.array([[True, True], [True, False]]))
    assert dict(described(line(), np.array([0.0, 0.25, 1.0]), read)) == pytest.approx(
        {
            "return": 1.25 / 3,
            "late_return": 1.0,
            "greedy_return": 0.0,
            "score": (0 - 0.5) / (1 - 0.5),
            "estimate": 1.5,
            "over_estimate": 0.5,
            "greatest_over_estimate": 1.0,  # of 1.5 where 0.5 is the best
        }
    )


def test_a_table_holds_the_values_of_some_states():
    table = holding(line(), np.array([1]), 0.5)
    assert table.entries.key[:, 0, 0].tolist() == [2.0, 2.0]
    assert table.entries.value[:, 0].tolist() == [0.0, -1.0]
    assert table.entries.written.tolist() == [[0, -1], [0, -1]]


def test_every_system_is_run_in_mazes():
    still, slipping, key = maze_game(0.0, 0), maze_game(0.2, 0), jax.random.key(0)
    programs = compiled(TINY, still.rules, 3)
    rows = [
        *sweep(programs, still, "slip0", jax.random.split(key, 2)),
        *half_stored(programs, still, key, TINY),
        *optimal_play(programs, still, "deterministic", key, TINY, (1, 3, 100)),
        *optimal_play(programs, slipping, "stochastic", key, TINY, (1, 3, 100)),
    ]
    table = pd.DataFrame(rows, columns=list(Learned._fields))
    assert table.groupby("condition").size().tolist() == [2 * 2, 2 * 2, 2 * 2, 3 * 2 * 7]
    value = table.set_index(["system", "condition", "quantity"])["value"].sort_index()
    assert (value["mfec", "slip0", "greatest_over_estimate"] < 1e-5).all()
    assert (value[:, "half_stored", "error"] > 0).all()
    assert value["mfec", "optimal_play.deterministic"].to_numpy() == pytest.approx([0.0] * 4, abs=1e-5)
    first, third = (value["mfec", "optimal_play.stochastic", f"over_estimate.{count}"] for count in (1, 3))
    assert (first.to_numpy() <= third.to_numpy()).all()
    assert third.max() <= still.optimal - slipping.optimal + 1e-5


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"maze_slips": (0.0, 0.0)}, "maze_slips names 0.0 twice, must name each once"),
        ({"deep_sea_slips": (1.0,)}, "deep_sea_slips.0\n.*less than 1"),
        ({"neighbours": 101}, "neighbours\n.*less than or equal to 100"),
    ],
)
def test_impossible_sizes_are_named(settings, message):
    with pytest.raises(ValidationError, match=message):
        EpisodicControls(**settings)
