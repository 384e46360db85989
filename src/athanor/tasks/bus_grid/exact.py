"""Exact values of the bus grid, by backward induction over what is known of the buses and the cell.

What a history tells of the buses of a kind is a matching: some buses with their ends. All orders of the others are
equally likely, so that a bus that is not known goes to each of the ends left with the same probability. An array of
values has an axis for the cell and one for each kind of bus (of one entry where there are no distracting ones).

    V(cell, known) = max over actions of the mean of arrival(cell', known'),

where arrival is the reward of arriving in a cell and what can be earned from there.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.bus_grid.environment import BUSES, MOVES, BusGrid

UNKNOWN = -1
Matching = tuple[int, ...]  # the end of each bus of a kind, or UNKNOWN
Values = Float[
    np.ndarray, "cell useful distracting"
]  # by where one is, and what is known of each kind of bus


class Matchings(NamedTuple):
    """Everything that can be known of the buses of one kind; nothing comes first."""

    listed: tuple[Matching, ...]
    chance: Float[np.ndarray, "matching bus end"]  # that a bus goes to an end
    learnt: Int[
        np.ndarray, "matching bus end"
    ]  # what is known once it was seen to go there, where that can be


@cache
def matchings() -> Matchings:
    """Return the 209 partial matchings of four buses and four ends."""
    listed = [
        _matching(buses, ends)
        for known in range(BUSES + 1)
        for buses in combinations(range(BUSES), known)
        for ends in permutations(range(BUSES), known)
    ]
    number = {matching: index for index, matching in enumerate(listed)}
    chance = np.array([[_chances(matching, bus) for bus in range(BUSES)] for matching in listed])
    learnt = np.zeros(chance.shape, int)
    for index, bus, end in np.argwhere(chance > 0):
        matching = list(listed[index])
        matching[bus] = int(end)
        learnt[index, bus, end] = number[tuple(matching)]
    return Matchings(tuple(listed), chance, learnt)


def _matching(buses: tuple[int, ...], ends: tuple[int, ...]) -> Matching:
    known = dict(zip(buses, ends, strict=True))
    return tuple(known.get(bus, UNKNOWN) for bus in range(BUSES))


def _chances(matching: Matching, bus: int) -> list[float]:
    """Return the probability of each end."""
    left = [end for end in range(BUSES) if end not in matching]
    if matching[bus] != UNKNOWN:
        return [float(end == matching[bus]) for end in range(BUSES)]
    return [(end in left) / len(left) for end in range(BUSES)]


@dataclass(frozen=True)
class Board:
    """The grid as tables; cell x · size + y."""

    rules: BusGrid

    def number(self, cells: Int[np.ndarray, "*cells 2"]) -> Int[np.ndarray, "*cells"]:
        """Return the numbers of cells."""
        return np.asarray(cells @ np.array([self.rules.size, 1]))

    @cached_property
    def walks(self) -> Int[np.ndarray, "action cell"]:
        """Return the cell that each action but riding leads to."""
        cells = np.indices((self.rules.size,) * 2).reshape(2, -1).T
        return self.number(np.clip(cells + MOVES[:-1, None], 0, self.rules.size - 1))

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """Return the shape of an array of values."""
        known = len(matchings().listed)
        return self.rules.size**2, known, known if self.rules.distracting else 1

    def best(self, arrival: Values) -> Values:
        """Return the value of the best action, given what arriving in each cell is worth."""
        best = arrival.copy()
        for following in self.walks:
            np.maximum(best, arrival[following], out=best)
        for kind in range(len(self.rules.stops) // BUSES):
            buses = slice(kind * BUSES, (kind + 1) * BUSES)
            stops, ends = self.number(self.rules.stops[buses]), self.number(self.rules.ends[buses])
            _ride(np.moveaxis(arrival, kind + 1, 1), np.moveaxis(best, kind + 1, 1), stops, ends)
        return best


def _ride(
    arrival: Float[np.ndarray, "cell matching other"],
    best: Float[np.ndarray, "cell matching other"],
    stops: Int[np.ndarray, "bus"],
    ends: Int[np.ndarray, "end"],
) -> None:
    """Raise the best values to those of riding, where buses stop."""
    chance, learnt = matchings().chance, matchings().learnt
    for bus, stop in enumerate(stops):
        rides = [chance[:, bus, end, None] * arrival[at][learnt[:, bus, end]] for end, at in enumerate(ends)]
        best[stop] = np.maximum(best[stop], sum(rides))
    for end, at in enumerate(ends):
        rides = [chance[:, bus, end, None] * arrival[to][learnt[:, bus, end]] for bus, to in enumerate(stops)]
        best[at] = np.maximum(best[at], sum(rides))


def execution_values(rules: BusGrid, goal: int) -> Float[np.ndarray, "useful distracting"]:
    """Return the greatest expected return of an episode with a goal, by what is known before it."""
    board = Board(rules)
    corner = int(board.number(rules.goals[goal]))
    values = np.zeros(board.shape)
    for _ in range(rules.horizon):
        arrival = values + rules.step_reward
        arrival[corner] = rules.goal_reward
        values = board.best(arrival)
    return values[board.number(rules.middle)]


def exploration_values(rules: BusGrid, steps: int) -> Float[np.ndarray, "steps"]:
    """Return the greatest expected return of an episode after exploring for 0, 1, … steps; which goal comes is not known."""
    board = Board(rules)
    executed = np.mean([execution_values(rules, goal) for goal in range(len(rules.goals))], axis=0)
    values = np.broadcast_to(executed, board.shape)
    start = int(board.number(rules.middle))
    found = [values[start, 0, 0]]
    for _ in range(steps):
        values = board.best(values)
        found.append(values[start, 0, 0])
    return np.array(found)


def informed(rules: BusGrid) -> float:
    """Return the expected return of an episode whose buses are all known; goals and orders are alike by symmetry."""
    return float(execution_values(rules, 0)[-1, -1])


def uninformed(rules: BusGrid) -> float:
    """Return the greatest expected return of an episode before which nothing is known."""
    return float(execution_values(rules, 0)[0, 0])
