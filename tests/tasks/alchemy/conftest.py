"""The rules of Alchemy a second time, in plain Python, from the written description: tuples and dicts, no words."""

import itertools
from functools import cache
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.alchemy.chemistries import graph_number, potion_map_number
from athanor.tasks.alchemy.environment import Chemistry

TURNS = {  # aligned = matrix times perceived
    0: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    1: ((1, 1, 0), (-1, 1, 0), (0, 0, 1)),
    2: ((1, 0, -1), (0, 1, 0), (1, 0, 1)),
    3: ((1, 0, 0), (0, 1, 1), (0, -1, 1)),
}
CORNERS = list(itertools.product((-1, 1), repeat=3))
EVALUATION_EPISODES = Path(__file__).parents[4] / "shared" / "data" / "alchemy_evaluation_episodes.npz"


@cache
def turned_back(turn, aligned):
    """Return the only point of the grid that a matrix takes to an aligned corner."""
    (point,) = (
        point
        for point in itertools.product((-1, 0, 1), repeat=3)
        if tuple(sum(m * x for m, x in zip(row, point, strict=True)) for row in turn) == aligned
    )
    return point


class PlainChemistry:
    """What one chemistry does, from its parts."""

    def __init__(self, edges, axis_of_pair, signs_of_direction, signs_of_look, rotation):
        """Take `edges` as a set of frozensets of corners; signs are +1 or -1 for each latent axis."""
        self.edges, self.axis_of_pair = edges, axis_of_pair
        self.signs_of_direction, self.signs_of_look, self.turn = (
            signs_of_direction,
            signs_of_look,
            TURNS[rotation],
        )

    def dipped(self, corner, potion):
        """Return the corner after a dip into a latent potion (axis, direction)."""
        axis, direction = potion
        moved = tuple(direction if a == axis else c for a, c in enumerate(corner))
        return moved if frozenset((corner, moved)) in self.edges else corner

    def look(self, corner):
        """Return the perceived coordinates."""
        return turned_back(self.turn, tuple(s * c for s, c in zip(self.signs_of_look, corner, strict=True)))

    def colour(self, potion):
        """Return the colour of a latent potion."""
        axis, direction = potion
        perceived = direction * self.signs_of_direction[axis]
        return 2 * self.axis_of_pair.index(axis) + (perceived == 1)


class PlainGame:
    """One episode, with corners as tuples, potions as (axis, direction), and None for what is used."""

    def __init__(self, chemistry, items, *, trials=10, trial_steps=20, end_trial=False):
        """Start with a trial's items; every step that ends a trial is given the next one's."""
        self.chemistry, self.trials, self.trial_steps, self.end_trial = (
            chemistry,
            trials,
            trial_steps,
            end_trial,
        )
        self.trial = 0
        self._start_trial(items)

    def _start_trial(self, items):
        self.stones, self.potions = (list(kind) for kind in items)
        self.step_of_trial = 0

    def step(self, action, next_items):
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

    def _act(self, action):
        if action == 0:
            return 0.0
        slot, target = divmod(action - 1, len(self.potions) + 1)
        stone = self.stones[slot]
        if stone is None:
            return 0.0
        if target == 0:
            self.stones[slot] = None
            return {-3: -3.0, -1: -1.0, 1: 1.0, 3: 15.0}[sum(stone)]
        if self.potions[target - 1] is not None:
            self.stones[slot] = self.chemistry.dipped(stone, self.potions[target - 1])
            self.potions[target - 1] = None
        return 0.0

    def observation(self):
        """Return what an agent sees."""
        seen = []
        for stone in self.stones:
            seen += [2, 2, 2, 2, 1] if stone is None else [*self.chemistry.look(stone), sum(stone) / 3, 0]
        for potion in self.potions:
            seen += [1, 1] if potion is None else [self.chemistry.colour(potion) / 3 - 1, 0]
        return seen


def plain_edges(table):
    """Return a constraint table's edges: entry (i, j) is -1, +1 or None, for axis i and each other axis j."""
    return {
        frozenset((corner, tuple(-c if a == axis else c for a, c in enumerate(corner))))
        for axis in range(3)
        for corner in CORNERS
        if all(table[axis, j] in (None, corner[j]) for j in range(3) if j != axis)
    }


def is_connected(edges):
    """Tell whether walks from one corner lead to all."""
    reached, new = set(), {CORNERS[0]}
    while new:
        reached |= new
        new = {end for edge in edges if edge & reached for end in edge} - reached
    return len(reached) == len(CORNERS)


def plain_graphs():
    """Return every connected graph as its edges with its number of constraints."""
    places = [(i, j) for i in range(3) for j in range(3) if i != j]
    graphs = []
    for entries in itertools.product((None, -1, 1), repeat=len(places)):
        edges = plain_edges(dict(zip(places, entries, strict=True)))
        if is_connected(edges):
            graphs.append((edges, len(places) - entries.count(None)))
    return graphs


def corner_of(vertex):
    """Return the corner of a numbered vertex."""
    return tuple(1 if vertex >> axis & 1 else -1 for axis in range(3))


def potion_of(kind):
    """Return the (axis, direction) of a numbered kind."""
    return kind // 2, 1 if kind % 2 else -1


def edges_of(edge_present):
    """Return the edges, as frozensets of corners, that an array (axis, edge) of flags stands for."""
    edges = set()
    for axis, (high, low) in itertools.product(range(3), itertools.product((0, 1), repeat=2)):
        if edge_present[axis][2 * high + low]:
            ends = [[2 * low - 1, 2 * high - 1] for _ in range(2)]
            for end, coordinate in zip(ends, (-1, 1), strict=True):
                end.insert(axis, coordinate)
            edges.add(frozenset(tuple(end) for end in ends))
    return edges


@pytest.fixture(scope="session")
def plain():
    """Give the plain rules to a test."""

    class Plain:
        Chemistry, Game = PlainChemistry, PlainGame
        graphs, edges = staticmethod(plain_graphs), staticmethod(edges_of)
        corner, potion = staticmethod(corner_of), staticmethod(potion_of)

        @staticmethod
        def chemistry(task, graphs, permutations):
            """Return the plain chemistry of numbered parts."""
            graph, potion_map, stone_map, rotation = (int(number) for number in task)
            signs = [
                [1 - 2 * (flips >> axis & 1) for axis in range(3)] for flips in (potion_map % 8, stone_map)
            ]
            axis_of_pair = [int(axis) for axis in permutations[potion_map // 8]]
            return PlainChemistry(edges_of(graphs[graph]), axis_of_pair, *signs, rotation)

    return Plain


@pytest.fixture(scope="session")
def evaluation():
    """Return the published evaluation episodes as chemistries, vertices, kinds and scores by agent, or skip."""
    if not EVALUATION_EPISODES.exists():
        pytest.skip(f"the published evaluation episodes are not at {EVALUATION_EPISODES}")
    with np.load(EVALUATION_EPISODES) as stored:
        stored = dict(stored)
    edges = stored["edge_present"].transpose(0, 1, 3, 2).reshape(-1, 3, 4)  # the lower axis is the low bit
    maps = zip(stored["potion_dim_map"].tolist(), (stored["potion_dir_map"] < 0).tolist(), strict=True)
    tasks = Chemistry(
        jnp.array([graph_number(present) for present in edges]),
        jnp.array([potion_map_number(tuple(axes), tuple(turned)) for axes, turned in maps]),
        jnp.asarray((stored["stone_reflection"] < 0) @ [1, 2, 4]),
        jnp.zeros(len(edges), jnp.int32),
    )
    stones = (stored["stone_latent"] > 0) @ [1, 2, 4]
    potions = 2 * stored["potion_latent"][..., 0] + (stored["potion_latent"][..., 1] > 0)
    scores = {name.removeprefix("score_"): rows for name, rows in stored.items() if name.startswith("score_")}
    return tasks, jnp.asarray(stones, jnp.int8), jnp.asarray(potions, jnp.int8), scores
