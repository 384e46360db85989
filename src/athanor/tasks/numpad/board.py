"""The board: pads in rows and columns, the moves between them, and the sequences that it allows."""

from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Int

STAY = 0
MOVES = (
    (0, 0),
    (-1, 0),
    (-1, 1),
    (0, 1),
    (1, 1),
    (1, 0),
    (1, -1),
    (0, -1),
    (-1, -1),
)  # rows down, columns right
ACTIONS = len(MOVES)


@lru_cache
def destinations(rows: int, columns: int) -> Int[np.ndarray, "pad action"]:
    """Return where each action leads from each pad: off the board nothing happens."""
    pad = np.arange(rows * columns)[:, None]
    row, column = (
        pad // columns + [down for down, _ in MOVES],
        pad % columns + [right for _, right in MOVES],
    )
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    return np.where(inside, row * columns + column, pad).astype(np.int32)


@lru_cache
def distances(rows: int, columns: int) -> Int[np.ndarray, "pad pad"]:
    """Return the moves from one pad until another is entered; a pad is entered anew by leaving it and coming back."""
    row, column = np.divmod(np.arange(rows * columns), columns)
    away = np.maximum(abs(row[:, None] - row), abs(column[:, None] - column))
    return np.where(away == 0, 2, away).astype(np.int32)


@lru_cache
def first_moves(rows: int, columns: int) -> Int[np.ndarray, "pad pad"]:
    """Return the first action of a shortest way from one pad until another is entered."""
    leads = destinations(rows, columns)
    pads = np.arange(rows * columns)
    left = np.where(leads[:, :, None] == pads, 0, distances(rows, columns)[leads])  # moves left, by target
    left = np.where((leads == pads[:, None])[:, :, None], rows + columns + 2, left)
    return left.argmin(axis=1).astype(np.int32)


@lru_cache
def sequences(rows: int, columns: int, length: int) -> Int[np.ndarray, "sequence position"]:
    """Return every sequence of different pads, each a neighbour of the one before, in lexicographic order."""
    leads = destinations(rows, columns)
    found: list[tuple[int, ...]] = [(pad,) for pad in range(rows * columns)]
    for _ in range(length - 1):
        found = [(*path, pad) for path in found for pad in sorted(set(leads[path[-1]].tolist()) - set(path))]
    return np.array(found, np.int32)


@lru_cache
def pad_at(rows: int, columns: int, length: int) -> Bool[np.ndarray, "sequence position pad"]:
    """Return which pad each sequence has at each position."""
    return sequences(rows, columns, length)[:, :, None] == np.arange(rows * columns)
