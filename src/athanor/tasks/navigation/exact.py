"""The exact solution of navigation: backward induction over cell and time, for all targets at once.

Leaving the square never helps and is left out. Fold back what of a path lies outside: a coordinate that is k cells
outside goes to the border where k is even, to the cell beside it where k is odd. Every move is then still a move, no
point is further from a target inside, and obstacles keep clear of these cells (they end at least two cells from the
border in every setting of the study). Drawing outside points to the border would not do: moves would become stays.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from athanor.tasks.navigation.rules import ACTIONS, MOVES, Rules, blocked_cells


class Objective(NamedTuple):
    """What is maximised: discounted rewards, minus a weight times the squared distance where the episode ends."""

    discount: float  # per step, of the rewards and of the final term
    final_weight: float  # reward per square metre


RETURN = Objective(1.0, 0.0)
NEAREST = Objective(1.0, 1e7)  # the nearest end first, the highest return among those second
UNREACHED = -1


class Solution(NamedTuple):
    """An optimal policy for each target and what it is worth from the start."""

    value: Float[np.ndarray, "target"]
    action: Int[np.ndarray, "target time x y"]  # optimal from each cell at each time


class _Game(NamedTuple):
    """The rules as arrays, one entry a cell."""

    reward: Float[np.ndarray, "target x y"]  # of a step that ends there
    reached: Bool[np.ndarray, "target x y"]  # whether it ends the episode
    final: Float[np.ndarray, "target x y"]  # worth of the episode's end there
    blocked: Bool[np.ndarray, "x y"]


def solve(rules: Rules, cells: Int[np.ndarray, "target 2"], objective: Objective = RETURN) -> Solution:
    """Return an optimal policy for each target.

    W_t(c) = max_a [r(c') + discount W_{t+1}(c')] with c' the cell that a leads to, W_{t+1}(c') replaced by the final
    term where c' ends the episode, and W_t(c) = r(c) + discount W_{t+1}(c) where the agent cannot move.
    """
    game = _game(rules, cells, objective)
    worth = game.final
    actions = np.zeros((len(cells), rules.horizon, *game.blocked.shape), np.int8)
    for time in reversed(range(rules.horizon)):
        staying = game.reward + objective.discount * worth
        if time >= rules.moves:
            worth = staying
            continue
        entered = np.where(game.reached, game.reward + objective.discount * game.final, staying)
        worth, actions[:, time] = _best_move(rules, entered, game.blocked)
        if rules.at_obstacles == "freeze":
            worth[:, game.blocked] = staying[:, game.blocked]
    return Solution(worth[:, *rules.start_cell], actions)


def _game(rules: Rules, cells: Int[np.ndarray, "target 2"], objective: Objective) -> _Game:
    squared_cells = squared_distances(rules, cells)
    squared = squared_cells * rules.stride**2
    reached = squared_cells <= rules.reach_cells
    reward = np.where(reached, 0.0, -squared if rules.squared else -np.sqrt(squared))
    return _Game(reward, reached, -objective.final_weight * squared, blocked_cells(rules))


def squared_distances(rules: Rules, cells: Int[np.ndarray, "target 2"]) -> Int[np.ndarray, "target x y"]:
    """Return the squared distance of every cell of the square to each target, in cells."""
    along = (np.arange(rules.last_cell + 1) - cells[..., None]) ** 2
    return along[:, 0, :, None] + along[:, 1, None, :]


def _best_move(
    rules: Rules, entered: Float[np.ndarray, "target x y"], blocked: Bool[np.ndarray, "x y"]
) -> tuple[Float[np.ndarray, "target x y"], Int[np.ndarray, "target x y"]]:
    """Return the worth of the best move from each cell and the move, the first of equals."""
    best = np.full(entered.shape, -np.inf)
    action = np.zeros(entered.shape, np.int8)
    for number in range(ACTIONS):
        value = _shifted(rules, entered, number)
        if rules.at_obstacles == "block":
            value = np.where(_shifted(rules, blocked[None], number), entered, value)
        better = value > best
        np.copyto(best, value, where=better)
        np.copyto(action, np.int8(number), where=better)
    return best, action


def _shifted(rules: Rules, values: np.ndarray, number: int) -> np.ndarray:
    """Return, for each cell, the value of the cell that a move leads to; outside, that of no cell."""
    padding = ((0, 0), (1, 1), (1, 1))
    if rules.outside == "clip":
        padded = np.pad(values, padding, mode="edge")
    else:
        padded = np.pad(values, padding, constant_values=False if values.dtype == bool else -np.inf)
    (x, y), (width, height) = MOVES[number], values.shape[1:]
    return padded[:, 1 + x : 1 + x + width, 1 + y : 1 + y + height]


def moves_from_start(rules: Rules) -> Int[np.ndarray, "x y"]:
    """Return the fewest moves from the start to each cell round the obstacles, UNREACHED where there is no way.

    A cell on an obstacle is the end of its path under `freeze` and has none under `block`.
    """
    return _fewest_moves(rules, rules.start_cell, rules.at_obstacles == "freeze")


def moves_to(rules: Rules, cells: Int[np.ndarray, "target 2"]) -> Int[np.ndarray, "target x y"]:
    """Return the fewest moves from each cell to each target round the obstacles, UNREACHED where there is no way.

    No way leads from a cell on an obstacle: nobody gets there under `block`, or away from it under `freeze`.
    """
    return np.stack([_fewest_moves(rules, (int(x), int(y)), False) for x, y in cells])


def _fewest_moves(
    rules: Rules, source: tuple[int, int], may_end_on_obstacles: bool
) -> Int[np.ndarray, "x y"]:
    """Return the fewest moves between a cell and all others, by breadth-first search; every move can be undone."""
    blocked = blocked_cells(rules)
    moves = np.full(blocked.shape, UNREACHED)
    front = np.zeros(blocked.shape, bool)
    front[source] = True
    number = 0
    while front.any():
        moves[front] = number
        number += 1
        around = _neighbours(front & ~blocked)
        front = around & (moves == UNREACHED) & (~blocked | may_end_on_obstacles)
    return moves


def _neighbours(front: Bool[np.ndarray, "x y"]) -> Bool[np.ndarray, "x y"]:
    width, height = front.shape
    padded = np.pad(front, 1)
    shifted = [padded[1 - x : 1 - x + width, 1 - y : 1 - y + height] for x, y in MOVES]
    return np.logical_or.reduce(shifted)
