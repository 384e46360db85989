"""What tests of Alchemy share: the plain rules, every graph by them, and the published evaluation episodes."""

import itertools
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.alchemy.agents.plain_game import (
    CORNERS,
    PlainChemistry,
    PlainGame,
    corner_of,
    edges_of,
    plain_chemistry,
    potion_of,
)
from athanor.tasks.alchemy.chemistries import graph_number, potion_map_number
from athanor.tasks.alchemy.environment import Chemistry

EVALUATION_EPISODES = Path(__file__).parents[4] / "shared" / "data" / "alchemy_evaluation_episodes.npz"


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


@pytest.fixture(scope="session")
def plain():
    """Give the plain rules to a test."""

    class Plain:
        Chemistry, Game = PlainChemistry, PlainGame
        graphs, edges = staticmethod(plain_graphs), staticmethod(edges_of)
        corner, potion = staticmethod(corner_of), staticmethod(potion_of)
        chemistry = staticmethod(plain_chemistry)

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
