"""Gittins indices with a finite horizon: what an arm is worth with so many pulls left.

The index of an arm with s successes in m pulls and r pulls left is the price per pull at which an agent with this arm
alone, who may stop at any time, is just ready to start:

    G(s, m, r) = max over stopping times 1 ≤ τ ≤ r of E[rewards up to τ] / E[τ].

The net value of starting at price λ, C_λ(s, m, r) = μ − λ + E[max(0, C_λ(next, r − 1))], falls in λ and is convex; it is
computed at prices on a grid, and its root lies, up to the square of the mesh, on the chord between two of them.
"""

import numpy as np
from jaxtyping import Float

PRICES = 513  # of the grid on [0, 1]


def means(pulls: int) -> Float[np.ndarray, "pulls successes"]:
    """Return the posterior mean (s + 1) / (m + 2) by pulls m and successes s, up to 1 at entries with s > m."""
    made, successes = np.ogrid[: pulls + 1, : pulls + 1]
    return np.minimum((successes + 1) / (made + 2), 1.0)


def gittins_indices(horizon: int, prices: int = PRICES) -> Float[np.ndarray, "left pulls successes"]:
    """Return G by pulls left (0, …, horizon), pulls made and successes; 0 where these exceed the horizon."""
    grid = np.linspace(0.0, 1.0, prices)
    mean = means(horizon - 1)
    start = np.zeros((horizon + 1, horizon + 1, prices))  # max(0, C) with no pull left
    index = np.zeros((horizon + 1, horizon, horizon))
    for left in range(1, horizon + 1):
        size = horizon - left + 1  # pulls made are 0, …, horizon − left
        chance = mean[:size, :size, None]
        value = chance * (1.0 + start[1 : size + 1, 1 : size + 1])
        value += (1.0 - chance) * start[1 : size + 1, :size]
        value -= grid
        index[left, :size, :size] = _roots(grid, value)
        start = np.maximum(value, 0.0, out=value)
    made, successes = np.ogrid[:horizon, :horizon]
    return np.where(successes <= made, index, 0.0)


def _roots(
    grid: Float[np.ndarray, "price"], value: Float[np.ndarray, "pulls successes price"]
) -> Float[np.ndarray, "pulls successes"]:
    """Return where falling functions on a grid cross 0, on the chord."""
    after = np.clip((value > 0).sum(axis=-1, keepdims=True), 1, len(grid) - 1)
    high = np.take_along_axis(value, after - 1, axis=-1)[..., 0]
    low = np.take_along_axis(value, after, axis=-1)[..., 0]
    mesh = grid[1] - grid[0]
    return grid[after[..., 0] - 1] + mesh * high / (high - low)
