"""Tests of learnt bonuses in the noisy grid: what a step teaches, an episode, and who stays in the noise."""

import numpy as np
import pytest

from athanor.experiments.overview.exact.config import ExactAnswers, NoisyGrids
from athanor.experiments.overview.learned import bonuses
from athanor.experiments.overview.learned.bonuses import Explorer, Met, play
from athanor.experiments.overview.learned.config import Bonuses
from athanor.experiments.overview.learned.row import Learned
from athanor.tasks.noisy_grid.environment import NoisyGrid
from athanor.tasks.noisy_grid.exact import Board
from athanor.tasks.noisy_grid.planning import plan

BOARD = Board(NoisyGrid(size=3, horizon=8, flicker=0.5))


def test_a_step_by_hand():
    """Both predictors start at a bit for the pay and one for the light; afterwards the light is expected, 3 to 1."""
    noisy = Met(cell=3, candidates=0, is_goal=0, paid=False, light=True)
    for system, first, second in (
        ("prediction_error", 2.0, -2 * np.log2(0.75)),
        ("error_difference", 0.0, 0.0),
    ):
        explorer = Explorer(system, BOARD)
        explorer.learn(noisy)
        assert explorer.bonus.mean[3, 0] == pytest.approx((1 + first) / 2)
        explorer.learn(noisy)
        assert explorer.of_arrival()[3, 0] == pytest.approx((1 + first + second) / 3)


def test_visits_make_a_cell_dull():
    """From the start the noisy cell lies to the right and cell 1 above it; with one step left the less visited is entered."""
    counting, right = Explorer("count", BOARD), Met(cell=3, candidates=0, is_goal=0, paid=False, light=True)
    choose = counting.plan(BOARD)
    counting.learn(right._replace(cell=0))
    assert np.flatnonzero(choose(7, 0, 31)).tolist() == [
        0,
        1,
        2,
        3,
        4,
    ]  # a first visit is worth as much as none
    for _ in range(2):
        counting.learn(right._replace(cell=0))
        counting.learn(right)
    assert np.flatnonzero(choose(7, 0, 31)).tolist() == [1]


def test_an_episode_in_the_noise():
    bonus, explorer = np.zeros((9, 32)), Explorer("count", BOARD)
    bonus[3] = 1.0
    best = plan(BOARD, bonus).best
    found = play(
        BOARD, lambda time, cell, possible: best[time, :, cell, possible], explorer, np.random.default_rng(0)
    )
    assert found == (1.0, 0.0)
    assert explorer.visits[3] == 8


def test_prediction_errors_hold_in_the_noise_and_differences_do_not():
    exact = ExactAnswers(noisy_grid=NoisyGrids(size=3, horizon=8, flickers=(0.5,)))
    found = bonuses.run(exact, Bonuses(episodes=60, every=4, runs=2), np.random.default_rng(0))["bonuses"]
    assert list(found.columns) == list(Learned._fields) and len(found) == 3 * 2 * 3
    mean = found.groupby(["system", "quantity"])["value"].mean()
    assert mean["prediction_error", "noise"] > 2 * mean["error_difference", "noise"]
    assert mean["error_difference", "share"] > mean["prediction_error", "share"]
    assert found.loc[found["quantity"] == "share", "value"].between(0, 1.2).all()
