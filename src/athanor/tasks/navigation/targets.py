"""Targets: the eight of the release, the eight behind the published figure, and the three distributions."""

from functools import cache

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.navigation.rules import Point, Rules, blocked_cells

RELEASED_TARGETS: tuple[Point, ...] = (
    (6.7, 9.3),
    (4.3, 9.6),
    (2.5, 2.4),
    (9.5, 4.8),
    (9.8, 6.7),
    (2.5, 9.4),
    (1.3, 1.9),
    (8.4, 1.9),
)
FIGURE2_TARGETS: tuple[Point, ...] = (
    (9.7, 6.2),
    (2.6, 5.7),
    (0.1, 0.8),
    (8.2, 1.3),
    (8.3, 8.6),
    (2.8, 5.3),
    (0.6, 1.5),
    (6.9, 4.6),
)

# Halves that a stratum takes of each axis: 0 is the left or lower one, 1 the right or upper one.
STRATA: dict[str, tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = {
    "uniform": (((1,), (1,)), ((0,), (1,)), ((0,), (0,)), ((1,), (0,))),
    "narrow": (((0,), (1,)), ((0,), (0,))),
    "random": (((0, 1), (0, 1)),),
}


@cache
def stratum_weights(rules: Rules) -> Float[np.ndarray, "stratum x y"]:
    """Return the probability of every cell in each stratum of the rules' distribution.

    A target is uniform on its stratum, rounded to the lattice, and not on an obstacle. Rounding halves the weight of
    cells on the stratum's border.
    """
    free = ~blocked_cells(rules)
    strata = STRATA[rules.distribution]
    weights = np.stack([np.outer(_axis(rules, x), _axis(rules, y)) * free for x, y in strata])
    return weights / weights.sum((1, 2), keepdims=True)


def _axis(rules: Rules, halves: tuple[int, ...]) -> Float[np.ndarray, "cell"]:
    """Return how much of the given halves of an axis rounds to each of its cells."""
    low, high = (min(halves) * rules.last_cell / 2, (max(halves) + 1) * rules.last_cell / 2)
    cells = np.arange(rules.last_cell + 1)
    return np.clip(np.minimum(cells + 0.5, high) - np.maximum(cells - 0.5, low), 0, None)


@cache
def stratum_tables(
    rules: Rules,
) -> tuple[Float[np.ndarray, "stratum cell"], Int[np.ndarray, "cell 2"]]:
    """Return the cumulative probabilities of each stratum, and the cells in their order: tables to draw from."""
    weights = stratum_weights(rules)
    possible = np.argwhere(weights.any(0))
    cumulative = np.cumsum(weights[:, possible[:, 0], possible[:, 1]], 1)
    return (cumulative / cumulative[:, -1:]).astype(np.float32), possible.astype(np.int32)
