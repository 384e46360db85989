"""Explore the noisy grid by learnt bonuses: where the explorer stays, and what it finds out."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool

from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.experiments.overview.learned.config import Bonuses
from athanor.experiments.overview.learned.row import Learned
from athanor.learning.bonuses import MeanBonus, Predictor, count_bonus
from athanor.tasks.noisy_grid.environment import NOISY, NoisyGrid
from athanor.tasks.noisy_grid.exact import Board, explored
from athanor.tasks.noisy_grid.planning import OfArrival, left, plan, walk

Choose = Callable[[int, int, int], Bool[np.ndarray, "action"]]  # (time, cell, candidates left) -> the best
SYSTEMS = ("count", "prediction_error", "error_difference")


class Met(NamedTuple):
    """A step, as predictors see it."""

    cell: int
    candidates: int  # left before the step, if the cell is one of them; else 0
    is_goal: int  # 1 or 0: what a predictor is told that knows the task
    paid: bool
    light: bool


class Explorer:
    """An explorer that knows how moves lead, and learns what it is paid for."""

    def __init__(self, system: str, board: Board) -> None:
        """Start with nothing known."""
        cells, most = board.rules.size**2, len(board.rules.goals)
        self.system, self.left = system, left(board)
        self.visits = np.zeros(cells, int)
        self.bonus = MeanBonus((cells, most + 1))
        self.blind, self.aware = Predictor(most + 1), Predictor(2)  # of the pay, without and with the task
        self.blind_light, self.aware_light = Predictor(cells), Predictor(cells)

    def plan(self, board: Board) -> Choose:
        """Return how to choose until it is planned anew; by visits it is planned at every step, as they change with it."""
        if self.system == "count":
            return lambda time, cell, _: walk(board, count_bonus(self.visits), board.rules.horizon - time)[
                :, cell
            ]
        best = plan(board, self.of_arrival()).best
        return lambda time, cell, possible: best[time, :, cell, possible]

    def of_arrival(self) -> OfArrival:
        """Return the bonus that is expected of entering a cell with some candidates left."""
        return self.bonus.mean[np.arange(len(self.left))[:, None], self.left]

    def learn(self, met: Met) -> None:
        """Take a step into the bonus, then into the predictors."""
        error = self.blind.error(met.candidates, met.paid) + self.blind_light.error(met.cell, met.light)
        if self.system == "error_difference":
            error -= self.aware.error(met.is_goal, met.paid) + self.aware_light.error(met.cell, met.light)
        self.bonus.learn((met.cell, met.candidates), error)
        self.visits[met.cell] += 1
        self.blind.learn(met.candidates, met.paid)
        self.aware.learn(met.is_goal, met.paid)
        self.blind_light.learn(met.cell, met.light)
        self.aware_light.learn(met.cell, met.light)


def run(exact_answers: ExactAnswers, bonuses: Bonuses, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return `bonuses`: share of the steps in the noise and bits found, by the chance of noise and the bonus."""
    sizes, rows = exact_answers.noisy_grid, []
    for flicker in sizes.flickers:
        board = Board(NoisyGrid(sizes.size, sizes.horizon, flicker))
        most = explored(board.rules, "error_difference").information
        for system in SYSTEMS:
            for number in range(bonuses.runs):
                for quantity, value in _described(bonuses, system, board, most, rng):
                    rows.append(
                        Learned(9, system, "noisy_grid", f"flicker{flicker:g}", number, quantity, value)
                    )
    return {"bonuses": pd.DataFrame(rows, columns=list(Learned._fields))}


def _described(
    settings: Bonuses, system: str, board: Board, most: float, rng: np.random.Generator
) -> Iterator[tuple[str, float]]:
    """Yield means over the later half of the episodes of a run."""
    explorer, found = Explorer(system, board), []
    for episode in range(settings.episodes):
        if episode % settings.every == 0:
            choose = explorer.plan(board)
        found.append(play(board, choose, explorer, rng))
    noise, bits = np.mean(found[settings.episodes // 2 :], axis=0)
    yield from (("noise", float(noise)), ("information", float(bits)), ("share", float(bits / most)))


def play(board: Board, choose: Choose, explorer: Explorer, rng: np.random.Generator) -> tuple[float, float]:
    """Play an episode on a goal that is drawn, learning; return the share of steps in the noise, and the bits found."""
    bits = list(board.bits.values())
    cells, noisy = list(board.bits), int(NOISY @ [board.rules.size, 1])
    goal, possible, cell, stays = cells[rng.integers(len(cells))], board.sets[-1], 0, 0
    for time in range(board.rules.horizon):
        choices = np.flatnonzero(choose(time, cell, possible))
        cell = int(board.following[choices[rng.integers(len(choices))], cell])
        stays += cell == noisy
        light = bool(cell == noisy and rng.random() < board.rules.flicker)
        explorer.learn(Met(cell, int(explorer.left[cell, possible]), int(cell == goal), cell == goal, light))
        if cell in board.bits:
            bit = board.bits[cell]
            possible = bit if cell == goal else possible & ~bit
    return stays / board.rules.horizon, math.log2(len(bits) / int(np.bitwise_count(possible)))
