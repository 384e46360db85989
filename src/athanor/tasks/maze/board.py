"""The maze's grid as tables: cells and passages by number."""

from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

# What each action adds to x and y: up, right, down, left.
MOVES = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)], np.int32)
BORDER = -1  # in place of a passage's number


class Board(NamedTuple):
    """The tables of a grid; cell x · size + y."""

    ends: Int[np.ndarray, "passage 2"]  # the cells that a passage joins
    passage: Int[np.ndarray, "cell action"]  # which passage an action takes, or BORDER
    neighbour: Int[np.ndarray, "cell action"]  # where it leads; beyond the border, the cell itself


@cache
def board(size: int) -> Board:
    """Return the tables of a grid of size · size cells."""
    cells = np.indices((size, size)).reshape(2, -1).T
    entered = cells[:, None] + MOVES
    inside = ((entered >= 0) & (entered < size)).all(axis=-1)
    here = np.arange(size**2)[:, None]
    neighbour = np.where(inside, entered @ np.array([size, 1]), here)
    ends = np.array([(cell, other) for cell in here[:, 0] for other in neighbour[cell, :2] if other != cell])
    number = {tuple(pair): index for index, pair in enumerate(ends.tolist())}
    pairs = np.sort(np.stack([np.broadcast_to(here, neighbour.shape), neighbour], axis=-1), axis=-1)
    passage = np.apply_along_axis(lambda pair: number.get(tuple(pair), BORDER), -1, pairs)
    return Board(*(table.astype(np.int32) for table in (ends, passage, neighbour)))


def following(grid: Board, passages: Bool[np.ndarray, "passage"]) -> Int[np.ndarray, "cell action"]:
    """Return the cell that each action leads to, walls seen to."""
    free = (grid.passage != BORDER) & passages[grid.passage]
    return np.where(free, grid.neighbour, np.arange(len(free))[:, None])
