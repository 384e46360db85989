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
CHUNK = 16  # prices at a time


def means(pulls: int, alpha: float = 1.0, beta: float = 1.0) -> Float[np.ndarray, "pulls successes"]:
    """Return the posterior mean (s + α) / (m + α + β) by pulls m and successes s, up to 1 at entries with s > m.

    The prior is Beta(α, β), by default uniform.
    """
    made, successes = np.ogrid[: pulls + 1, : pulls + 1]
    return np.minimum((successes + alpha) / (made + alpha + beta), 1.0)


def gittins_indices(horizon: int, prices: int = PRICES) -> Float[np.ndarray, "left pulls successes"]:
    """Return G by pulls left (0, …, horizon), pulls made and successes; 0 where these exceed the horizon."""
    index = np.zeros((horizon + 1, horizon, horizon))
    grid = np.linspace(0.0, 1.0, prices)
    for first in range(0, prices - 1, CHUNK):
        _cross(index, grid[first : first + CHUNK + 1])
    made, successes = np.ogrid[:horizon, :horizon]
    return np.where(successes <= made, index, 0.0)


def _cross(index: Float[np.ndarray, "left pulls successes"], grid: Float[np.ndarray, "price"]) -> None:
    """Write the indices that lie on a stretch of the grid."""
    horizon = len(index) - 1
    mean = means(horizon)
    start = np.zeros((len(grid), horizon + 1, horizon + 1))  # max(0, C) with no pull left
    for left in range(1, horizon + 1):
        size = horizon - left + 1  # pulls made are 0, …, horizon − left
        chance = mean[:size, :size]
        value = start[:, 1 : size + 1, 1 : size + 1] - start[:, 1 : size + 1, :size]
        value += 1.0
        value *= chance
        value += start[:, 1 : size + 1, :size]
        value -= grid[:, None, None]
        here = (value[0] > 0) & (value[-1] <= 0)
        index[left, :size, :size][here] = _roots(grid, value[:, here])
        start = np.maximum(value, 0.0, out=value)


def _roots(
    grid: Float[np.ndarray, "price"], value: Float[np.ndarray, "price arm"]
) -> Float[np.ndarray, "arm"]:
    """Return where falling functions on a grid cross 0, on the chord."""
    after = (value > 0).sum(axis=0)
    high, low = value[after - 1, np.arange(len(after))], value[after, np.arange(len(after))]
    return grid[after - 1] + (grid[after] - grid[after - 1]) * high / (high - low)
