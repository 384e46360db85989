"""The rules of Alchemy a second time, in plain Python, from the written description: tuples and dicts, no words.

What tests compare the environment with, step by step, and what its speed is measured against.
"""

import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

Corner = tuple[int, ...]
Potion = tuple[int, int]  # axis, direction
Items = tuple[Sequence[Corner | None], Sequence[Potion | None]]  # stones, potions; None for what is used
Edges = set[frozenset[Corner]]
Matrix = tuple[Corner, Corner, Corner]

TURNS: dict[int, Matrix] = {  # aligned = matrix times perceived
    0: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    1: ((1, 1, 0), (-1, 1, 0), (0, 0, 1)),
    2: ((1, 0, -1), (0, 1, 0), (1, 0, 1)),
    3: ((1, 0, 0), (0, 1, 1), (0, -1, 1)),
}
CORNERS: list[Corner] = list(itertools.product((-1, 1), repeat=3))
PAID = {-3: -3.0, -1: -1.0, 1: 1.0, 3: 15.0}


@cache
def turned_back(turn: Matrix, aligned: Corner) -> Corner:
    """Return the only point of the grid that a matrix takes to an aligned corner."""
    (point,) = (
        point
        for point in itertools.product((-1, 0, 1), repeat=3)
        if tuple(sum(m * x for m, x in zip(row, point, strict=True)) for row in turn) == aligned
    )
    return point


class PlainChemistry:
    """What one chemistry does, from its parts."""

    def __init__(
        self,
        edges: Edges,
        axis_of_pair: list[int],
        signs_of_direction: list[int],
        signs_of_look: list[int],
        rotation: int,
    ) -> None:
        """Take edges as sets of two corners; signs are +1 or -1 for each latent axis."""
        self.edges, self.axis_of_pair = edges, axis_of_pair
        self.signs_of_direction, self.signs_of_look = signs_of_direction, signs_of_look
        self.turn = TURNS[rotation]

    def dipped(self, corner: Corner, potion: Potion) -> Corner:
        """Return the corner after a dip into a latent potion."""
        axis, direction = potion
        moved = tuple(direction if a == axis else c for a, c in enumerate(corner))
        return moved if frozenset((corner, moved)) in self.edges else corner

    def look(self, corner: Corner) -> Corner:
        """Return the perceived coordinates."""
        return turned_back(self.turn, tuple(s * c for s, c in zip(self.signs_of_look, corner, strict=True)))

    def colour(self, potion: Potion) -> int:
        """Return the colour of a latent potion."""
        axis, direction = potion
        perceived = direction * self.signs_of_direction[axis]
        return 2 * self.axis_of_pair.index(axis) + (perceived == 1)


class PlainGame:
    """One episode."""

    def __init__(
        self,
        chemistry: PlainChemistry,
        items: Items,
        *,
        trials: int = 10,
        trial_steps: int = 20,
        end_trial: bool = False,
    ) -> None:
        """Start with a trial's items; every step that ends a trial is given the next one's."""
        self.chemistry, self.trials, self.trial_steps = chemistry, trials, trial_steps
        self.end_trial, self.trial = end_trial, 0
        self._start_trial(items)

    def _start_trial(self, items: Items) -> None:
        self.stones, self.potions = list(items[0]), list(items[1])
        self.step_of_trial = 0

    def step(self, action: int, next_items: Items) -> tuple[float, bool]:
        """Return reward and whether the episode is over."""
        if self.trial == self.trials:
            return 0.0, True
        ends, reward = False, 0.0
        if self.end_trial and action == 0:
            ends = True
        else:
            reward = self._act(action - self.end_trial)
        self.step_of_trial += 1
        if ends or self.step_of_trial == self.trial_steps:
            self.trial += 1
            self._start_trial(next_items)
        return reward, self.trial == self.trials

    def _act(self, action: int) -> float:
        if action == 0:
            return 0.0
        slot, target = divmod(action - 1, len(self.potions) + 1)
        stone = self.stones[slot]
        if stone is None:
            return 0.0
        if target == 0:
            self.stones[slot] = None
            return PAID[sum(stone)]
        potion = self.potions[target - 1]
        if potion is not None:
            self.stones[slot] = self.chemistry.dipped(stone, potion)
            self.potions[target - 1] = None
        return 0.0

    def observation(self) -> list[int | float]:
        """Return what an agent sees."""
        seen: list[int | float] = []
        for stone in self.stones:
            seen += [2, 2, 2, 2, 1] if stone is None else [*self.chemistry.look(stone), sum(stone) / 3, 0]
        for potion in self.potions:
            seen += [1, 1] if potion is None else [self.chemistry.colour(potion) / 3 - 1, 0]
        return seen


def plain_chemistry(numbers: Iterable[Any], edge_present: Any, permutations: Any) -> PlainChemistry:
    """Return the chemistry with the given numbers, from the edges of all graphs and the axes of all permutations."""
    graph, potion_map, stone_map, rotation = (int(number) for number in numbers)
    directions, looks = (
        [1 - 2 * (flips >> axis & 1) for axis in range(3)] for flips in (potion_map % 8, stone_map)
    )
    axis_of_pair = [int(axis) for axis in permutations[potion_map // 8]]
    return PlainChemistry(edges_of(edge_present[graph]), axis_of_pair, directions, looks, rotation)


def corner_of(vertex: int) -> Corner:
    """Return the corner of a numbered vertex."""
    return tuple(1 if vertex >> axis & 1 else -1 for axis in range(3))


def potion_of(kind: int) -> Potion:
    """Return the (axis, direction) of a numbered kind."""
    return kind // 2, 1 if kind % 2 else -1


def edges_of(edge_present: Any) -> Edges:
    """Return the edges, as sets of two corners, that an array (axis, edge) of flags stands for."""
    edges: Edges = set()
    for axis, (high, low) in itertools.product(range(3), itertools.product((0, 1), repeat=2)):
        if edge_present[axis][2 * high + low]:
            ends = [[2 * low - 1, 2 * high - 1] for _ in range(2)]
            for end, coordinate in zip(ends, (-1, 1), strict=True):
                end.insert(axis, coordinate)
            edges.add(frozenset(tuple(end) for end in ends))
    return edges
