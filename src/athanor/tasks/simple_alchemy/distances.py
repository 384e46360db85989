"""Distances between causal graphs: how much the rows of their transition tables differ."""

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import rel_entr

from athanor.tasks.simple_alchemy.graphs import POTIONS, VERTICES
from athanor.tasks.simple_alchemy.relabellings import relabellings

CELLS = VERTICES * POTIONS  # rows of a graph's transition matrix: a vertex dipped into a full potion
BLOCK = 16  # graphs compared with all others at once; 16 x 384 x 48 rows of 8 are 19 MB


def smoothed_rows(
    tables: Int[np.ndarray, "graph vertex potion"], smoothing: float
) -> Float[np.ndarray, "graph cell next"]:
    """Return the distribution of the next vertex in every cell, smoothed.

    `smoothing` is added to all eight probabilities, and the row is normalised.
    """
    certain = tables.reshape(len(tables), CELLS)[..., None] == np.arange(VERTICES)
    return (certain + smoothing) / (1 + VERTICES * smoothing)


def mean_kl(
    tables: Int[np.ndarray, "graph vertex potion"], smoothing: float
) -> Float[np.ndarray, "graph graph"]:
    """Return the Kullback-Leibler divergence of every pair of graphs in nats, averaged over the cells."""
    rows = smoothed_rows(tables, smoothing)
    blocks = np.array_split(rows, -(-len(rows) // BLOCK))
    return np.concatenate([rel_entr(block[:, None], rows).sum(axis=-1).mean(axis=-1) for block in blocks])


def kl_of_differing_rows(smoothing: float) -> float:
    """Return the divergence of two smoothed deterministic rows that differ, in nats.

    With e the smoothing, the rows differ in two places, (1 + e) / (1 + 8 e) against e / (1 + 8 e) and the reverse, so
    KL = ((1 + e) - e) / (1 + 8 e) x log((1 + e) / e). A pair's mean is this times its share of differing cells.
    """
    return float(np.log((1 + smoothing) / smoothing) / (1 + VERTICES * smoothing))


def cells_differing(tables: Int[np.ndarray, "graph vertex potion"]) -> Int[np.ndarray, "graph graph"]:
    """Count, for every pair of graphs, the cells in which their tables disagree."""
    cells = tables.reshape(len(tables), CELLS)
    differs: Bool[np.ndarray, "graph graph cell"] = cells[:, None] != cells
    return differs.sum(axis=-1)


def relabelled(tables: Int[np.ndarray, "graph vertex potion"]) -> Int[np.ndarray, "relabelling graph"]:
    """Return which graph each graph becomes by every relabelling of attributes and colour pairs, and with 0 and 1 exchanged.

    The exchange sends each vertex to the opposite one and each colour to the other of its pair.
    """
    group, number = relabellings(0), {table.tobytes(): place for place, table in enumerate(tables)}
    images = []
    for vertex, potion in zip(group.vertex_image, group.potion_image, strict=True):
        for exchange in (0, 1):
            to = vertex ^ exchange * (VERTICES - 1)
            table = np.empty_like(tables)
            table[:, to[:, None], potion ^ exchange] = to[tables]
            images.append([number[one.tobytes()] for one in table])
    return np.array(images)


def pair_orbits(tables: Int[np.ndarray, "graph vertex potion"]) -> Int[np.ndarray, "graph graph"]:
    """Return a number for every pair of graphs, the same for pairs that relabelling turns into each other."""
    count = len(tables)
    least = np.full((count, count), count**2)
    for image in relabelled(tables):
        codes = image[:, None] * count + image
        least = np.minimum(least, np.minimum(codes, codes.T))
    return least
