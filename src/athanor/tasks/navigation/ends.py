"""Where walks end: on an obstacle, or in front of the cross that their target lies behind."""

import numpy as np
from jaxtyping import Bool, Float, Int

from athanor.tasks.navigation.rules import MOVES, Rules, blocked_cells

ROUNDING = 1e-6  # m^2


def final_cells(
    rules: Rules, cells: Int[np.ndarray, "target 2"], actions: Int[np.ndarray, "target time x y"]
) -> Int[np.ndarray, "target 2"]:
    """Follow the policy for each target; return the last cell entered."""
    targets = np.arange(len(cells))
    ends = np.tile(rules.start_cell, (len(cells), 1))
    for time in range(rules.moves):
        entered = ends + MOVES[actions[targets, time, ends[:, 0], ends[:, 1]]]
        if rules.outside == "clip":
            entered = np.clip(entered, 0, rules.last_cell)
        held = on_obstacle(rules, ends if rules.at_obstacles == "freeze" else entered)
        reached = (((ends - cells) ** 2).sum(1) <= rules.reach_cells) & (time > 0)
        ends = np.where((held | reached)[:, None], ends, entered)
    return ends


def on_obstacle(
    rules: Rules, cells: Float[np.ndarray, "*batch 2"] | Int[np.ndarray, "*batch 2"]
) -> Bool[np.ndarray, "*batch"]:
    """Return which cells lie on an obstacle; none outside the square does, nor a cell that is not finite."""
    cells = np.nan_to_num(cells).astype(int)
    x, y = np.moveaxis(np.clip(cells, 0, rules.last_cell), -1, 0)
    return inside(rules, cells) & blocked_cells(rules)[x, y]


def inside(
    rules: Rules, cells: Float[np.ndarray, "*batch 2"] | Int[np.ndarray, "*batch 2"]
) -> Bool[np.ndarray, "*batch"]:
    """Return which cells lie in the square."""
    return np.asarray(((cells >= 0) & (cells <= rules.last_cell)).all(-1))


def behind_the_cross(
    myopic_distance: Float[np.ndarray, "target"], reach_squared: float | None
) -> Bool[np.ndarray, "target"]:
    """Return which targets a walk that always steps nearer does not reach, given the distance (m) at which it ends."""
    return myopic_distance**2 > (reach_squared or 0.0) + ROUNDING
