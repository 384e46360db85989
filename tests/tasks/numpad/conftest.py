"""The rules of numpad a second time, in plain Python, from the written description: sets of pads, no counters."""

from dataclasses import dataclass, field

import pytest

DIRECTIONS = [(0, 0), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]


@dataclass(frozen=True)
class PlainGame:
    """A position of the game; `play` returns the next one and the reward."""

    rows: int
    columns: int
    sequence: tuple[int, ...]
    at: tuple[int, int] = (0, 0)
    lit: tuple[int, ...] = ()  # in the order in which they lit up
    paid: frozenset[int] = field(default_factory=frozenset)  # since the last completion

    def play(self, action: int) -> tuple["PlainGame", int]:
        """Walk one step."""
        row, column = self.at[0] + DIRECTIONS[action][0], self.at[1] + DIRECTIONS[action][1]
        if (row, column) == self.at or not (0 <= row < self.rows and 0 <= column < self.columns):
            return self, 0
        pad = row * self.columns + column
        if pad != self.sequence[len(self.lit)]:
            return self._with((row, column), (), self.paid), 0
        reward = int(pad not in self.paid)
        if pad == self.sequence[-1]:
            return self._with((row, column), (), frozenset()), reward
        return self._with((row, column), (*self.lit, pad), self.paid | {pad}), reward

    def seen(self) -> tuple[tuple[int, int], frozenset[int]]:
        """Return what the agent sees besides the time."""
        return self.at, frozenset(self.lit)

    def _with(self, at: tuple[int, int], lit: tuple[int, ...], paid: frozenset[int]) -> "PlainGame":
        return PlainGame(self.rows, self.columns, self.sequence, at, lit, paid)


def plain_sequences(rows: int, columns: int, length: int) -> list[tuple[int, ...]]:
    """Return every sequence of different pads that touch, by trying all."""
    found: list[tuple[int, ...]] = [()]
    for _ in range(length):
        found = [
            (*path, pad)
            for path in found
            for pad in range(rows * columns)
            if pad not in path and (not path or touch(columns, path[-1], pad))
        ]
    return found


def touch(columns: int, first: int, second: int) -> bool:
    """Return whether two pads touch, at a side or a corner."""
    return max(abs(first // columns - second // columns), abs(first % columns - second % columns)) == 1


@pytest.fixture
def plain_game() -> type[PlainGame]:
    return PlainGame


@pytest.fixture
def all_sequences():
    return plain_sequences
