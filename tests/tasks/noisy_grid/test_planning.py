"""Plans for a bonus: candidates left by hand, and the values of exact explorers."""

import numpy as np
import pytest

from athanor.tasks.noisy_grid.environment import NoisyGrid
from athanor.tasks.noisy_grid.exact import Board, entropy, explored, information_gain
from athanor.tasks.noisy_grid.planning import left, plan, walk

BOARD = Board(NoisyGrid(size=3, horizon=6, flicker=0.3))  # 5 candidates; the noisy cell is number 3


def information():
    """Return the bits that entering a cell is expected to tell."""
    gains = np.array([0.0, *(information_gain(count) for count in range(1, 6))])
    return gains[left(BOARD)]


def test_candidates_left_by_hand():
    found = left(BOARD)
    assert found.shape == (9, 32)
    assert found[2, -1] == 5 and found[0, -1] == 0  # the upper left corner can be the goal, the start cannot
    assert found[2, BOARD.bits[2]] == 1 and found[2, 31 & ~BOARD.bits[2]] == 0


def test_plans_are_worth_what_exact_explorers_find():
    assert plan(BOARD, information()).value == pytest.approx(
        explored(BOARD.rules, "error_difference").information
    )
    bonus = information()
    bonus[3] += entropy(0.3)
    found = explored(BOARD.rules, "prediction_error")
    assert plan(BOARD, bonus).value == pytest.approx(found.information + 6 * found.noise * entropy(0.3))


def test_who_is_paid_by_one_cell_stays_there():
    bonus = np.zeros((9, 32))
    bonus[3] = 1.0
    found = plan(BOARD, bonus)
    assert found.value == pytest.approx(6)
    assert np.flatnonzero(found.best[0, :, 0, -1]).tolist() == [2]  # right, to x = 1
    assert np.flatnonzero(found.best[1, :, 3, -1]).tolist() == [0, 3]  # stay, or bump into the border below


def test_a_walk_to_one_cell_by_hand():
    bonus = np.eye(9)[4]  # the middle: up then right, or right then up
    assert np.flatnonzero(walk(BOARD, bonus, 2)[:, 0]).tolist() == [1, 2]
    assert walk(BOARD, bonus, 1)[:, 0].all()  # out of reach: all are alike
