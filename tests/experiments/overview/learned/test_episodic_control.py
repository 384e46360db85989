"""Tests of tables on mazes and deep sea: values of the games, over-estimates, held-out states, and a small run."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import ValidationError

from athanor.experiments.overview.exact.config import ExactAnswers, Mazes
from athanor.experiments.overview.learned import episodic_control
from athanor.experiments.overview.learned.config import EpisodicControls
from athanor.experiments.overview.learned.episodic_control import Finished, System, described, held_out_errors
from athanor.experiments.overview.learned.optimal_play import over_estimates
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.learned.table_games import Game, deep_sea_game, maze_game
from athanor.tasks.deep_sea import exact as deep_sea_exact
from athanor.tasks.deep_sea.environment import DeepSea

TINY = EpisodicControls(
    maze_slips=(0.0,), deep_sea_slips=(0.1,), maze_episodes=2, deep_sea_episodes=2, tables=1, runs=2
)
LINE = Game("line", None, None, np.zeros((2, 1)), np.array([[1.0, 0.5], [0.0, -1.0]]), lambda policy: policy[0, 0])


@pytest.mark.parametrize("game", [maze_game(0.0, 0), deep_sea_game(0.1, 0)], ids=lambda game: game.family)
def test_the_best_actions_are_worth_the_optimum(game):
    assert game.worth(np.eye(game.best.shape[1])[game.best.argmax(axis=1)]) == pytest.approx(game.optimal)
    assert game.random < game.optimal
    assert len(np.unique(game.observations, axis=0)) == len(game.best) == 100


def test_actions_of_the_deep_sea_are_named_cell_by_cell():
    game = deep_sea_game(0.0, 0)
    assert game.random == pytest.approx(deep_sea_exact.random(DeepSea()))
    assert game.best[0].argmax() == int(game.task.right[0, 0])
    assert game.observations[11] == pytest.approx([1 / 10, 1 / 9])


def test_a_run_is_described_by_hand():
    value = np.array([[[0.75, 1.5], [0.25, 9.0]]])
    stored, policy = np.array([[[True, True], [True, False]]]), np.array([[[0.0, 1.0], [1.0, 0.0]]])
    found = Finished(np.array([[0.0, 0.25, 1.0]]), value, stored, policy)
    rows = {row.quantity: row.value for row in described("mfec", LINE, "slip0", found)}
    assert rows == pytest.approx(
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


def test_errors_are_those_of_states_that_are_not_stored():
    """One state of the two is stored, and its values are read in the other: they differ by 1 and 1.5."""
    mean = System(None, lambda table, key: jnp.mean(table.entries.value, axis=1), 1.0)
    assert held_out_errors(mean, LINE, jax.random.split(jax.random.key(0), 3)) == pytest.approx([1.25] * 3)


def test_optimal_play_over_estimates_only_where_moves_slip():
    rows = list(over_estimates(TINY, Mazes(visits=(1, 3)), jax.random.key(0)))
    value = {(row.condition, row.run, row.quantity): row.value for row in rows}
    assert len(value) == 2 * 2 * 2
    for run in (0, 1):
        still, slipping = ([value[f"optimal_play.{kind}", run, f"over_estimate.{visits}"] for visits in (1, 3)]
                           for kind in ("deterministic", "stochastic"))  # fmt: skip
        assert still == pytest.approx([0, 0], abs=1e-5)
        assert slipping[0] <= slipping[1] <= maze_game(0.0, 0).optimal - maze_game(0.2, 0).optimal + 1e-5


def test_every_system_is_run_on_both_games():
    exact = ExactAnswers(mazes=Mazes(visits=(1, 3)))
    table = episodic_control.run(exact, TINY, jax.random.key(0))["episodic_control"]
    assert list(table.columns) == list(Learned._fields)
    sizes = table.groupby(["family", "condition"]).size().to_dict()
    assert sizes["maze", "slip0"] == sizes["deep_sea", "slip0.1"] == 3 * 2 * 7
    assert sizes["maze", "half_stored"] == 2 * 2
    value = table.set_index(["system", "family", "condition", "quantity"])["value"]
    assert (value["mfec", "maze", "slip0", "greatest_over_estimate"] < 1e-5).all()
    assert (value["mfec", "maze", "small_table", "greatest_over_estimate"] < 1e-5).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"neighbours": 11, "small_table": 10}, "neighbours is 11, must be at most small_table = 10"),
        ({"maze_slips": (0.0, 0.0)}, r"maze_slips is \[0.0, 0.0\], must be different"),
        ({"deep_sea_slips": (1.0,)}, "deep_sea_slips.0\n.*less than 1"),
    ],
)
def test_impossible_sizes_are_named(settings, message):
    with pytest.raises(ValidationError, match=message):
        EpisodicControls(**settings)
