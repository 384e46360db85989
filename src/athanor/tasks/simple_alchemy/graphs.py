"""Causal graphs of Simple Alchemy, enumerated as arrays.

A stone is a vertex of the cube {0,1}^3, written as an integer whose bit `a` is attribute `a`. A causal graph says
which attribute each of the three colour pairs acts on, and which of the four parallel cube edges of each attribute
are present. Edge `j` of attribute `a` joins the two vertices whose other two attributes, in ascending order, are
the low and the high bit of `j`. Potion `2 p + c` is colour `c` of pair `p`: colour 0 turns the attribute from 0 to
1, colour 1 from 1 to 0.
"""

import itertools
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Int

Family = Literal["three_edges", "all"]
FAMILIES: tuple[Family, ...] = ("three_edges", "all")

ATTRIBUTES = 3
PAIRS = 3
POTIONS = 2 * PAIRS
VERTICES = 2**ATTRIBUTES
EDGES = VERTICES // 2  # parallel edges of one attribute

PERMUTATIONS: Int[np.ndarray, "permutation pair"] = np.array(list(itertools.permutations(range(ATTRIBUTES))))

_SUBSETS = np.array(list(itertools.product([False, True], repeat=EDGES)))[
    :, ::-1
]  # subset s holds edge j iff bit j
# The sets of present edges that one attribute can have, by family. In `three_edges`, set e misses edge e alone.
EDGE_SETS: dict[Family, Bool[np.ndarray, "edge_set edge"]] = {
    "three_edges": ~np.eye(EDGES, dtype=bool),
    "all": _SUBSETS[1:],
}


def edge_index(attribute: int, vertex: int) -> int:
    """Return which of an attribute's four edges touches a vertex."""
    low, high = (other for other in range(ATTRIBUTES) if other != attribute)
    return (vertex >> low & 1) + 2 * (vertex >> high & 1)


EDGE_AT: Int[np.ndarray, "attribute vertex"] = np.array(
    [[edge_index(attribute, vertex) for vertex in range(VERTICES)] for attribute in range(ATTRIBUTES)]
)


class GraphFamily(NamedTuple):
    """All causal graphs of a family, ordered by permutation, then by the edge sets of attributes 0, 1, 2."""

    attribute_of_pair: Int[np.ndarray, "graph pair"]
    edge_set: Int[np.ndarray, "graph attribute"]  # index into EDGE_SETS[family]
    edge_present: Bool[np.ndarray, "graph attribute edge"]


def enumerate_graphs(family: Family) -> GraphFamily:
    """Enumerate a family: 6 x 4^3 = 384 graphs (`three_edges`) or 6 x 15^3 = 20,250 (`all`)."""
    sets = EDGE_SETS[family]
    choices = np.array(list(itertools.product(range(len(sets)), repeat=ATTRIBUTES)))
    edge_set = np.tile(choices, (len(PERMUTATIONS), 1))
    attribute_of_pair = np.repeat(PERMUTATIONS, len(choices), axis=0)
    return GraphFamily(attribute_of_pair, edge_set, sets[edge_set])


def transition_tables(graphs: GraphFamily) -> Int[np.ndarray, "graph vertex potion"]:
    """Return the vertex that each vertex becomes when dipped into each full potion, for every graph."""
    vertex = np.arange(VERTICES)[:, None]
    pair, colour = np.divmod(np.arange(POTIONS)[None, :], 2)
    attribute = graphs.attribute_of_pair[:, pair]  # (graph, 1, potion)
    movable = (vertex >> attribute & 1) == colour
    edge = EDGE_AT[attribute, vertex]
    present = graphs.edge_present[np.arange(len(attribute))[:, None, None], attribute, edge]
    return np.where(movable & present, vertex ^ (1 << attribute), vertex)
