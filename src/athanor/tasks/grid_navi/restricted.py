"""The best play of one episode of GridNavi where something is not seen: the reward, the action, the past.

The agent sees its cell and the time. Nothing is random until the goal is hit, so a deterministic policy knows its whole walk from
cell and time, and while it sees no goal reward it knows all that the walk has told it: that no cell of it is the goal.

- Without memory nothing is lost: on a goal reward the best play stays, and on a step reward it goes on with its walk.
- Without the last action nothing is lost: the cell that it led to is seen.
- Without the last reward the walk is the same whatever the goal: it is best on cells that can be the goal as long as possible.
"""

import numpy as np

from athanor.tasks.grid_navi.bayes_optimal import bayes_optimal
from athanor.tasks.grid_navi.board import Board
from athanor.tasks.grid_navi.environment import GridNavi


def without_reward(rules: GridNavi) -> float:
    """Return the greatest expected return of a walk that does not depend on rewards, by backward induction."""
    board = Board(rules)
    paying = (board.bits > 0) / len(board.candidates)
    hits = np.zeros(rules.size**2)
    for _ in range(rules.steps):
        hits = (paying + hits)[board.following].max(axis=0)
    return board.expected_return(1, float(hits[0]))


def without_memory(rules: GridNavi) -> float:
    """Return the greatest expected return of a policy of cell, time and last reward: that of the best walk in one episode."""
    return bayes_optimal(rules, 1)
