"""Write out the chemistries that are learnt one at a time, for a picture: edges, stones and potions."""

import itertools

import numpy as np
import pandas as pd

from athanor.experiments.alchemy.learners.config import SingleChemistry
from athanor.tasks.alchemy.chemistries import (
    AXES,
    COORDINATES,
    GRAPHS,
    KINDS,
    VALUES,
    VERTICES,
    kind_of_colour,
    looks,
)
from athanor.tasks.alchemy.rules import REWARDS

UNROTATED = 0


def run(single_chemistry: SingleChemistry) -> dict[str, pd.DataFrame]:
    """Return `chemistry_edges`, `chemistry_stones` and `chemistry_potions`, of each chemistry, by its place in the list."""
    edges, stones, potions = [], [], []
    for place, (graph, potion_map, stone_map) in enumerate(single_chemistry.chemistries):
        for axis, vertex in itertools.product(range(AXES), range(VERTICES)):
            if not vertex >> axis & 1:
                edges.append((place, axis, vertex, GRAPHS.edge_at_vertex[graph, axis, vertex]))
        for vertex, look in enumerate(looks()[UNROTATED, stone_map]):
            stones.append((place, vertex, *COORDINATES[vertex], *look, VALUES[vertex], REWARDS[vertex]))
        kinds = kind_of_colour()[potion_map]
        for colour, (axis, direction) in enumerate(zip(*np.divmod(kinds, KINDS // AXES), strict=True)):
            potions.append((place, colour, axis, 2 * direction - 1))
    latent, seen = ([f"{name}_{axis}" for axis in range(AXES)] for name in ("latent", "perceived"))
    return {
        "chemistry_edges": pd.DataFrame(edges, columns=["chemistry", "axis", "vertex", "present"]),
        "chemistry_stones": pd.DataFrame(
            stones, columns=["chemistry", "vertex", *latent, *seen, "value", "reward"]
        ),
        "chemistry_potions": pd.DataFrame(potions, columns=["chemistry", "colour", "axis", "direction"]),
    }
