"""What explorers of the noisy grid find, exactly: backward induction over the cell and the set of candidates left.

What a step shows, given the history, has an entropy of two parts: of the reward, which is what the step tells of the
task, and of the light, which tells nothing:

    H(reward, light | history) = I(task; reward | history) + [noisy cell] H(flicker).

An explorer is paid by one of three bonuses: the reward itself; the entropy, which is the prediction error of the best
predictor, in bits; or how much greater the error of a predictor is that is not told the task than of one that is, which
is the information gained.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.noisy_grid.environment import MOVES, NOISY, NoisyGrid

LARGEST = 7  # cells on a side: all sets of its 13 candidates are listed
BONUSES = ("reward", "prediction_error", "error_difference")
_CLOSE = 1e-9  # bonuses that differ by less are equal: it is chosen evenly among them


class Found(NamedTuple):
    """What an explorer can expect of an episode."""

    reward: float  # sum of an episode
    information: float  # bits about the task
    noise: float  # share of the steps that end in the noisy cell


Sums = Float[np.ndarray, "3 cell set"]  # expected sums to come: reward, information, steps in the noisy cell


def entropy(chance: float) -> float:
    """Return the entropy of an event in bits: −p log p − (1 − p) log (1 − p)."""
    outcomes = np.array([chance, 1 - chance])
    outcomes = outcomes[outcomes > 0]
    return abs(float((outcomes * np.log2(outcomes)).sum()))  # never −0


def information_gain(candidates: int) -> float:
    """Return the bits that entering one of n equally likely candidates is expected to tell: the entropy of 1 / n."""
    return entropy(1 / candidates)


@dataclass(frozen=True)
class Board:
    """The grid as tables; cell x · size + y, candidate i as bit i of a set."""

    rules: NoisyGrid

    def __post_init__(self) -> None:
        if self.rules.size > LARGEST:
            raise ValueError(f"size is {self.rules.size}, must be at most {LARGEST} for an exact solution")

    @cached_property
    def following(self) -> Int[np.ndarray, "action cell"]:
        """Return the cell that each action leads to."""
        cells = np.indices((self.rules.size,) * 2).reshape(2, -1).T
        return np.clip(cells + MOVES[:, None], 0, self.rules.size - 1) @ np.array([self.rules.size, 1])

    @cached_property
    def bits(self) -> Mapping[int, int]:
        """Return the set that holds a cell alone, for the cells that can be the goal."""
        numbers = self.rules.goals @ np.array([self.rules.size, 1])
        return {int(cell): 1 << bit for bit, cell in enumerate(numbers)}

    @cached_property
    def sets(self) -> Int[np.ndarray, "set"]:
        """Return all sets of candidates, each at its own place; the empty one stands for none."""
        return np.arange(1 << len(self.rules.goals))

    def arrivals(self, later: Sums) -> Sums:
        """Return the sums from the step that enters each cell on."""
        sums = later.copy()
        sizes = np.maximum(np.bitwise_count(self.sets), 1)
        gains = np.array([information_gain(size) for size in range(1, len(self.rules.goals) + 1)])
        for cell, bit in self.bits.items():
            held = self.sets & bit > 0
            chance = held / sizes
            missed = later[:, cell, self.sets & ~bit]
            sums[:, cell] = chance * later[:, cell, bit, None] + (1 - chance) * missed
            sums[0, cell] += chance
            sums[1, cell] += np.where(held, gains[sizes - 1], 0.0)
        sums[2, int(NOISY @ [self.rules.size, 1])] += 1
        return sums


def explored(rules: NoisyGrid, bonus: str) -> Found:
    """Return what is found by the policy with the greatest expected sum of a bonus; among equals it chooses evenly."""
    weights = {
        "reward": (1.0, 0.0, 0.0),
        "prediction_error": (0.0, 1.0, entropy(rules.flicker)),
        "error_difference": (0.0, 1.0, 0.0),
    }
    board = Board(rules)
    sums = np.zeros((3, rules.size**2, len(board.sets)))
    for _ in range(rules.horizon):
        options = board.arrivals(sums)[:, board.following]
        worth = np.tensordot(weights[bonus], options, 1)
        best = worth > worth.max(axis=0) - _CLOSE
        sums = (options * best).sum(axis=1) / best.sum(axis=0)
    reward, information, noise = sums[:, 0, -1].tolist()
    return Found(reward, information, noise / rules.horizon)


def oracle(rules: NoisyGrid) -> float:
    """Return the expected return of who knows the goal: it is there from the step that first reaches it on."""
    return float(np.maximum(rules.horizon + 1 - rules.goals.sum(axis=1), 0).mean())
