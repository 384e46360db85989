"""The game once more, in plain Python: one step of one episode at a time, as an eager implementation plays it."""

import numpy as np
from jaxtyping import Float

from athanor.tasks.navigation.rules import MOVES, Point, Rules, blocked_cells, target_cells

Observation = Float[np.ndarray, "size"]
_MOVES = [(int(x), int(y)) for x, y in MOVES]


class Game:
    """Episodes to one target, one after the other."""

    def __init__(self, rules: Rules, target: Point) -> None:
        """Fix the rules and the target, in metres."""
        self.rules = rules
        x, y = target_cells(rules, (target,))[0]
        self.target = int(x), int(y)
        self.blocked = blocked_cells(rules)
        self.reset()

    def reset(self) -> Observation:
        """Start an episode."""
        self.cell = self.before = self.seen = self.rules.start_cell
        self.frozen = False
        self.time = 0
        return self._observation()

    def step(self, action: int) -> tuple[Observation, float, bool]:
        """Take an action; return what is seen then, the reward, and whether the episode is over."""
        if self.time < self.rules.moves:
            self._move(action)
        self.time += 1
        squared = (self.cell[0] - self.target[0]) ** 2 + (self.cell[1] - self.target[1]) ** 2  # cells
        reached = squared <= self.rules.reach_cells
        return self._observation(), self._reward(squared), reached or self.time >= self.rules.horizon

    def _move(self, action: int) -> None:
        if self.frozen:
            self.seen = self.before
            return
        change = _MOVES[action]
        entered = self.cell[0] + change[0], self.cell[1] + change[1]
        last = self.rules.last_cell
        if self.rules.outside == "clip":
            entered = min(max(entered[0], 0), last), min(max(entered[1], 0), last)
        hit = self._inside(entered) and bool(self.blocked[entered])
        if hit and self.rules.at_obstacles == "block":
            entered = self.cell
        self.frozen = hit and self.rules.at_obstacles == "freeze"
        self.before = self.cell
        self.cell = self.seen = entered

    def _reward(self, squared: int) -> float:
        if self.rules.outside == "penalty" and not self._inside(self.cell):
            return self.rules.outside_reward
        if squared <= self.rules.reach_cells:
            return 0.0
        metres = squared * self.rules.stride**2
        return -metres if self.rules.squared else -(metres**0.5)

    def _inside(self, cell: tuple[int, int]) -> bool:
        last = self.rules.last_cell
        return 0 <= cell[0] <= last and 0 <= cell[1] <= last

    def _observation(self) -> Observation:
        seen = (*self.seen, *self.target) if self.rules.see_goal else self.seen
        return np.array(seen, np.float32) * np.float32(self.rules.stride)
