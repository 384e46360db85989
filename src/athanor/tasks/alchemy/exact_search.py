"""Exact play of a small trial: expectimax over what is perceived, every outcome of every dip followed.

What is left of the chemistries is an integer with a bit for each that was possible at the start, so that an outcome
conditions on what it shows by one `and`, and probabilities are counts of bits. Stones are paid as they stand when no dip
is worth making, which loses nothing: a deposit shows nothing new. Values are kept for every position met. Steps are
taken to suffice for all potions and stones.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from athanor.tasks.alchemy.chemistries import (
    AXES,
    COLOURS,
    GRAPHS,
    VALUES,
    VERTICES,
    kind_of_colour,
    looks,
    moves,
)
from athanor.tasks.alchemy.rules import REWARDS

Stone = tuple[int, int]  # look, as a number below 27, and value
_PLACES = 3 ** np.arange(AXES)
_LOOKS = (looks() + 1) @ _PLACES  # rotation, stone map, vertex
_PAID = {int(value): max(int(reward), 0) for value, reward in zip(VALUES, REWARDS, strict=True)}


class TooLarge(Exception):
    """The search would meet more positions than it may."""


class Position(NamedTuple):
    """A point of the trial as far as it is perceived."""

    left: int  # bit i set iff chemistry i is possible
    stones: tuple[Stone, ...]  # sorted
    potions: tuple[int, ...]  # by colour


class ExactSearch:
    """The values of the positions of a trial that starts with the given chemistries."""

    def __init__(
        self, possible: Bool[np.ndarray, "graph potion_map stone_map rotation"], limit: int = 10**6
    ) -> None:
        """Take what the posterior allows; a search that would keep more than `limit` values raises TooLarge."""
        graph, potion_map, stone_map, rotation = np.nonzero(possible)
        self._look = _LOOKS[rotation, stone_map]  # chemistry, vertex
        self._dipped = moves()[graph][
            np.arange(len(graph))[:, None, None],
            np.arange(VERTICES)[:, None],
            kind_of_colour()[potion_map][:, None],
        ]  # chemistry, vertex, colour
        tickets = GRAPHS.tickets[graph]
        self._classes = [(int(each), _bits(tickets == each)) for each in np.unique(tickets)]
        self._outcomes: dict[tuple[Stone, int], list[tuple[Stone, int]]] = {}
        self._values: dict[Position, float] = {}
        self._limit = limit
        self.everything = (1 << len(graph)) - 1

    @property
    def positions(self) -> int:
        """Return how many positions were valued."""
        return len(self._values)

    def value(self, position: Position) -> float:
        """Return the most that the rest of the trial pays in expectation.

        V(b, s, n) = max(Σ_i max(r(s_i), 0), max_{i, c} Σ_o P(o | b, s_i, c) V(b | o, s with o for s_i, n - c)).
        """
        if position not in self._values:
            if len(self._values) >= self._limit:
                raise TooLarge(f"more than {self._limit} positions")
            dips = (self.dip_value(position, stone, colour) for stone, colour in self._dips(position))
            self._values[position] = max([paid(position.stones), *dips])
        return self._values[position]

    def dip_value(self, position: Position, stone: Stone, colour: int) -> float:
        """Return the most that the rest of the trial pays if it begins with a dip."""
        outcomes = self.outcomes(position, stone, colour)
        return sum(chance * self.value(following) for chance, following in outcomes)

    def outcomes(self, position: Position, stone: Stone, colour: int) -> list[tuple[float, Position]]:
        """Return the probability of every outcome of a dip, and the position that it leads to."""
        others = list(position.stones)
        others.remove(stone)
        potions = tuple(count - (c == colour) for c, count in enumerate(position.potions))
        total = self._tickets(position.left)
        return [
            (self._tickets(left) / total, Position(left, tuple(sorted([*others, reached])), potions))
            for reached, shown in self._shown(stone, colour)
            if (left := position.left & shown)
        ]

    def _dips(self, position: Position) -> Iterator[tuple[Stone, int]]:
        """Generate the dips that can be of use: not those of which it is known that nothing will happen."""
        if all(value == AXES for _, value in position.stones):
            return
        for stone in sorted(set(position.stones)):
            for colour in range(COLOURS):
                if position.potions[colour] and any(
                    position.left & shown and reached != stone
                    for reached, shown in self._shown(stone, colour)
                ):
                    yield stone, colour

    def _shown(self, stone: Stone, colour: int) -> list[tuple[Stone, int]]:
        """Return what a stone can become in a potion, each with the chemistries that make it so."""
        if (stone, colour) not in self._outcomes:
            is_it = (self._look == stone[0]) & (stone[1] == VALUES)  # chemistry, vertex
            chemistry, vertex = np.nonzero(is_it)
            reached = self._dipped[chemistry, vertex, colour]
            seen = np.full((len(is_it), 2), -1)
            seen[chemistry] = np.stack([self._look[chemistry, reached], VALUES[reached] + AXES], axis=1)
            self._outcomes[stone, colour] = [
                ((look, value - AXES), _bits((seen == (look, value)).all(1)))
                for look, value in np.unique(seen, axis=0).tolist()
                if look >= 0
            ]
        return self._outcomes[stone, colour]

    def _tickets(self, left: int) -> int:
        return sum(each * (left & of_class).bit_count() for each, of_class in self._classes)


def paid(stones: tuple[Stone, ...]) -> float:
    """Return what stones are paid as they are."""
    return float(sum(_PAID[value] for _, value in stones))


def look_number(look: Int[np.ndarray, "3"]) -> int:
    """Return the number of a stone's perceived coordinates."""
    return int((look + 1) @ _PLACES)


def _bits(flags: Bool[np.ndarray, "chemistry"]) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
