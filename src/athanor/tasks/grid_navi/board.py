"""The grid as tables for the exact solutions: cells by number, candidates by bit.

A return is step_reward · steps + (goal_reward − step_reward) · hits, so that the solutions count hits alone: the steps
that end on the goal. An agent that knows the goal from the start of an episode hits it steps + 1 − distance times.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Int

from athanor.tasks.grid_navi.environment import MOVES, GridNavi

Hits = TypeVar("Hits", bound=Any)  # a number, or an array of them
LARGEST = 7  # cells on a side: a set of candidates and a cell fit into one whole number


@dataclass(frozen=True)
class Board:
    """Tables of a game; cell x · size + y, candidate i as bit i of a set; the start is cell 0."""

    rules: GridNavi

    def __post_init__(self) -> None:
        if self.rules.size > LARGEST:
            raise ValueError(f"size is {self.rules.size}, must be at most {LARGEST} for an exact solution")

    @cached_property
    def candidates(self) -> Int[np.ndarray, "candidate"]:
        """Return the cells that can be the goal."""
        return self.rules.goals @ np.array([self.rules.size, 1])

    @cached_property
    def bits(self) -> Int[np.ndarray, "cell"]:
        """Return the set that holds a cell alone, or the empty set where it cannot be the goal."""
        bits = np.zeros(self.rules.size**2, np.int64)
        bits[self.candidates] = 1 << np.arange(len(self.candidates))
        return bits

    @cached_property
    def known_hits(self) -> Int[np.ndarray, "cell"]:
        """Return the hits of an episode by an agent that knows the goal from its start."""
        distance = np.indices((self.rules.size,) * 2).sum(axis=0).ravel()
        return np.maximum(self.rules.steps + 1 - distance, 0)

    @cached_property
    def following(self) -> Int[np.ndarray, "action cell"]:
        """Return the cell that each action leads to."""
        cells = np.indices((self.rules.size,) * 2).reshape(2, -1)
        x, y = np.clip(cells[None] + MOVES[:, :, None], 0, self.rules.size - 1).transpose(1, 0, 2)
        return x * self.rules.size + y

    def path(self, start: int, goal: int) -> list[int]:
        """Return the cells entered on the expert's way: first along x, then along y."""
        (x, y), (goal_x, goal_y) = divmod(start, self.rules.size), divmod(goal, self.rules.size)
        right, up = (1 if goal_x > x else -1), (1 if goal_y > y else -1)
        along_x = [column * self.rules.size + y for column in range(x, goal_x, right)]
        along_y = [goal_x * self.rules.size + row for row in range(y, goal_y, up)]
        return (along_x + along_y + [goal])[1:]

    def expected_return(self, episodes: int, hits: Hits) -> Hits:
        """Return the return of a trial with an expected number of hits."""
        rules = self.rules
        per_hit = rules.goal_reward - rules.step_reward
        return episodes * rules.steps * rules.step_reward + hits * per_hit
