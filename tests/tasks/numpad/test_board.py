"""The board by hand, and its sequences by trying all."""

import numpy as np
import pytest

from athanor.tasks.numpad.board import ACTIONS, STAY, destinations, distances, first_moves, sequences


def test_moves_from_a_corner() -> None:
    # Stay, up, up right, right, down right, down, down left, left, up left.
    assert destinations(3, 3)[0].tolist() == [0, 0, 0, 1, 4, 3, 0, 0, 0]
    assert destinations(2, 3)[4].tolist() == [4, 1, 2, 5, 4, 4, 4, 3, 0]
    assert destinations(3, 3).shape == (9, ACTIONS)


def test_distances() -> None:
    assert distances(3, 3)[0].tolist() == [2, 1, 2, 1, 1, 2, 2, 2, 2]


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (3, 3), (1, 4), (4, 3)])
def test_first_moves_come_nearer(rows: int, columns: int) -> None:
    leads, away = destinations(rows, columns), distances(rows, columns)
    for pad in range(rows * columns):
        for target in range(rows * columns):
            move = first_moves(rows, columns)[pad, target]
            assert move != STAY and leads[pad, move] != pad
            left = 0 if leads[pad, move] == target else away[leads[pad, move], target]
            assert left == away[pad, target] - 1


@pytest.mark.parametrize(
    ("board", "count"), [((2, 2, 3), 24), ((3, 3, 2), 40), ((3, 3, 4), 496), ((1, 4, 3), 4)]
)
def test_sequences_by_trying_all(all_sequences, board: tuple[int, int, int], count: int) -> None:
    assert len(sequences(*board)) == count
    assert np.array_equal(sequences(*board), all_sequences(*board))
