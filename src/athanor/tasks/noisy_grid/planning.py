"""Plan for any bonus in the noisy grid: exact values over the cell, the set of candidates left and the time."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from athanor.tasks.noisy_grid.exact import Board

_CLOSE = 1e-9  # values that differ by less are equal

OfArrival = Float[np.ndarray, "cell set"]  # what entering a cell gives, by the candidates left before


class Plan(NamedTuple):
    """The best actions, and what they are worth."""

    best: Bool[np.ndarray, "time action cell set"]
    value: float  # expected sum of the bonus from the start


def left(board: Board) -> Int[np.ndarray, "cell set"]:
    """Return the number of candidates of each set where the cell is one of them, else 0."""
    sizes = np.bitwise_count(board.sets).astype(int)
    found = np.zeros((board.rules.size**2, len(sizes)), int)
    for cell, bit in board.bits.items():
        found[cell] = np.where(board.sets & bit > 0, sizes, 0)
    return found


def plan(board: Board, bonus: OfArrival) -> Plan:
    """Return the actions of the greatest expected sum of a bonus, by backward induction."""
    value, best = np.zeros(bonus.shape), []
    for _ in range(board.rules.horizon):
        options = (bonus + arrived(board, value))[board.following]
        value = options.max(axis=0)
        best.append(options > value - _CLOSE)
    return Plan(np.array(best[::-1]), float(value[0, -1]))


def walk(board: Board, bonus: Float[np.ndarray, "cell"], steps: int) -> Bool[np.ndarray, "action cell"]:
    """Return the best first actions of a walk of some steps, where a bonus depends on the cell alone."""
    value = np.zeros(bonus.shape)
    for _ in range(steps):
        options = (bonus + value)[board.following]
        value = options.max(axis=0)
    return options > value - _CLOSE


def arrived(board: Board, later: OfArrival) -> OfArrival:
    """Return the expected value after entering a cell, which is the goal with probability 1 / n if it can be."""
    expected, candidates = later.copy(), left(board)
    for cell, bit in board.bits.items():
        chance = np.divide(1.0, candidates[cell], out=np.zeros(len(board.sets)), where=candidates[cell] > 0)
        expected[cell] = chance * later[cell, bit] + (1 - chance) * later[cell, board.sets & ~bit]
    return expected
