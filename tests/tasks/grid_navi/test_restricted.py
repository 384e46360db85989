"""Restricted play of GridNavi against all walks of a small grid."""

from itertools import product

import numpy as np
import pytest

from athanor.tasks.grid_navi import restricted
from athanor.tasks.grid_navi.board import Board
from athanor.tasks.grid_navi.environment import GridNavi

SMALL = GridNavi(size=3, steps=6)


def walks(board, steps):
    """Yield the cells entered by every walk."""
    for actions in product(range(5), repeat=steps):
        cell, entered = 0, []
        for action in actions:
            cell = int(board.following[action, cell])
            entered.append(cell)
        yield entered


def test_both_are_the_best_of_all_walks():
    """A policy without memory is a walk, left for good where the goal is hit, if rewards are seen."""
    board = Board(SMALL)
    goals = set(board.candidates.tolist())
    blind = stopping = 0
    for entered in walks(board, SMALL.steps):
        blind = max(blind, sum(cell in goals for cell in entered))
        stopping = max(stopping, sum(SMALL.steps - entered.index(goal) for goal in goals & set(entered)))
    assert restricted.without_reward(SMALL) == pytest.approx(board.expected_return(1, blind / len(goals)))
    assert restricted.without_memory(SMALL) == pytest.approx(board.expected_return(1, stopping / len(goals)))


def test_the_game_of_the_study_by_hand():
    # The first candidate is two steps away: 14 of 15 steps on candidates, of 21. A walk that enters a new one each time
    # hits (14 + 13 + … + 1) / 21 times.
    assert restricted.without_reward(GridNavi()) == pytest.approx(-1.5 + 1.1 * 14 / 21)
    assert restricted.without_memory(GridNavi()) == pytest.approx(-1.5 + 1.1 * np.arange(1, 15).sum() / 21)
