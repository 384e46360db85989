"""The chemistries of Alchemy, enumerated: causal graphs, potion maps, stone maps and rotations.

A latent stone is a vertex of the cube {-1, +1}^3, written as an integer whose bit `a` is set iff coordinate `a` is
+1. A latent potion is a kind `2 a + d`: it moves stones along axis `a`, to +1 if d = 1 and to -1 if d = 0. A colour is
written `2 p + d`: direction d of colour pair p. Edge `j` of an axis joins the two vertices whose other two coordinates,
in ascending order, are the low and the high bit of `j`.

Perceived coordinates p and latent ones v are joined by `ROTATIONS[r] @ p = s * v`, where the stone map s holds a sign
for each axis; the vertex of s * v is called aligned.
"""

import itertools
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int, Integer

AXES = 3
VERTICES = 2**AXES
EDGES = VERTICES // 2  # parallel edges of one axis
KINDS = COLOURS = 2 * AXES
CONSTRAINT_COUNTS = 4  # a graph has 0, 1, 2 or 3 constraints

PERMUTATIONS: Int[np.ndarray, "permutation pair"] = np.array(list(itertools.permutations(range(AXES))))
STONE_MAPS = 2**AXES
POTION_MAPS = len(PERMUTATIONS) * 2**AXES
ROTATIONS: Int[np.ndarray, "rotation row column"] = np.array(
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[1, 1, 0], [-1, 1, 0], [0, 0, 1]],
        [[1, 0, -1], [0, 1, 0], [1, 0, 1]],
        [[1, 0, 0], [0, 1, 1], [0, -1, 1]],
    ]
)

COORDINATES: Int[np.ndarray, "vertex axis"] = 2 * (np.arange(VERTICES)[:, None] >> np.arange(AXES) & 1) - 1
VALUES: Int[np.ndarray, "vertex"] = COORDINATES.sum(1)

_FREE = -1
_ENTRIES = list(
    itertools.product((_FREE, 0, 1), repeat=2)
)  # constraints on the lower and the higher other axis
# The edges that one axis can have: those where each constraint that is not free equals the stone's coordinate.
EDGE_SETS: Bool[np.ndarray, "edge_set edge"] = np.array(
    [[low in (_FREE, j & 1) and high in (_FREE, j >> 1) for j in range(EDGES)] for low, high in _ENTRIES]
)
_CONSTRAINTS = np.array([(low != _FREE) + (high != _FREE) for low, high in _ENTRIES])


def _edge_at(axis: int, vertex: int) -> int:
    """Return which of an axis's edges touches a vertex."""
    low, high = (other for other in range(AXES) if other != axis)
    return (vertex >> low & 1) + 2 * (vertex >> high & 1)


EDGE_AT: Int[np.ndarray, "axis vertex"] = np.array(
    [[_edge_at(axis, vertex) for vertex in range(VERTICES)] for axis in range(AXES)]
)


class Graphs(NamedTuple):
    """The causal graphs that connect all vertices, by number of constraints."""

    edge_set: Int[np.ndarray, "graph axis"]  # index into EDGE_SETS
    constraints: Int[np.ndarray, "graph"]

    @property
    def edge_present(self) -> Bool[np.ndarray, "graph axis edge"]:
        """Return which edges exist."""
        return EDGE_SETS[self.edge_set]

    @property
    def edge_at_vertex(self) -> Bool[np.ndarray, "graph axis vertex"]:
        """Return whether the edge along each axis that touches each vertex exists."""
        return self.edge_present[:, np.arange(AXES)[:, None], EDGE_AT]

    @property
    def tickets(self) -> Int[np.ndarray, "graph"]:
        """Return the prior in whole numbers: each number of constraints is as likely, and uniform within."""
        counts = np.bincount(self.constraints)
        return np.lcm.reduce(counts) * CONSTRAINT_COUNTS // (counts * CONSTRAINT_COUNTS)[self.constraints]


def _enumerate_graphs() -> Graphs:
    edge_set = np.array(list(itertools.product(range(len(EDGE_SETS)), repeat=AXES)))
    edge_set = edge_set[_connected(Graphs(edge_set, edge_set[:, 0]).edge_at_vertex)]
    constraints = _CONSTRAINTS[edge_set].sum(1)
    order = np.argsort(constraints, kind="stable")
    return Graphs(edge_set[order], constraints[order])


def _connected(edge_at_vertex: Bool[np.ndarray, "graph axis vertex"]) -> Bool[np.ndarray, "graph"]:
    """Tell which graphs connect all vertices: whether walks of up to eight steps lead everywhere."""
    graphs, _, _ = edge_at_vertex.shape
    vertex = np.arange(VERTICES)
    walks = np.broadcast_to(np.eye(VERTICES, dtype=int), (graphs, VERTICES, VERTICES)).copy()
    for axis in range(AXES):
        walks[:, vertex, vertex ^ (1 << axis)] = edge_at_vertex[:, axis]
    return np.all(np.linalg.matrix_power(walks, VERTICES) > 0, axis=(1, 2))


GRAPHS = _enumerate_graphs()
CHEMISTRIES = len(GRAPHS.constraints) * POTION_MAPS * STONE_MAPS * len(ROTATIONS)


def graph_number(edge_present: Bool[np.ndarray, "axis edge"]) -> int:
    """Return the number of the graph with the given edges, or say in one line that there is none."""
    (found,) = np.nonzero((GRAPHS.edge_present == edge_present).all((1, 2)))
    if not len(found):
        edges = " ".join("".join(str(int(edge)) for edge in axis) for axis in edge_present)
        raise ValueError(f"the edges {edges} are none of the {len(GRAPHS.constraints)} causal graphs")
    return int(found[0])


def potion_map_number(axis_of_pair: tuple[int, ...], reversed_axes: tuple[bool, ...]) -> int:
    """Return the number of the potion map by the axis of each colour pair and which axes have their colours reversed."""
    if sorted(axis_of_pair) != list(range(AXES)):
        raise ValueError(f"the axes of the colour pairs are {axis_of_pair}, must be a permutation of 0, 1, 2")
    permutation = PERMUTATIONS.tolist().index(list(axis_of_pair))
    return 2**AXES * permutation + sum(int(bit) << axis for axis, bit in enumerate(reversed_axes))


def kind_of_colour() -> Int[np.ndarray, "potion_map colour"]:
    """Return the latent kind of every colour under every potion map.

    Potion map `8 permutation + flips` sends pair p to axis PERMUTATIONS[permutation, p], and turns the direction of
    axis a round iff bit a of the flips is set.
    """
    permutation, flips = np.divmod(np.arange(POTION_MAPS)[:, None], 2**AXES)
    pair, direction = np.divmod(np.arange(COLOURS), 2)
    axis = PERMUTATIONS[permutation, pair]
    return 2 * axis + (direction ^ (flips >> axis & 1))


def moves() -> Int[np.ndarray, "graph vertex kind"]:
    """Return the vertex that each vertex becomes when dipped into each kind of potion."""
    axis, direction = np.divmod(np.arange(KINDS), 2)
    vertex = np.arange(VERTICES)[:, None]
    movable = (vertex >> axis & 1) != direction
    present = GRAPHS.edge_at_vertex.transpose(0, 2, 1)[:, :, axis]
    return np.where(movable & present, vertex ^ (1 << axis), vertex)


def looks() -> Int[np.ndarray, "rotation stone_map vertex axis"]:
    """Return the perceived coordinates, -1, 0 or 1, of every latent stone."""
    aligned = COORDINATES[np.arange(VERTICES) ^ np.arange(STONE_MAPS)[:, None]]
    unscaled = np.einsum("raq,sva->rsvq", ROTATIONS, aligned)  # a rotation's inverse is its transpose, scaled
    return np.sign(unscaled)


def perceived_dynamics() -> Integer[np.ndarray, "chemistry entry"]:
    """Return, for every chemistry, all that can be perceived: looks, values, and what each colour makes of each look.

    A row lists the eight stones in the order of their looks, each as its look, its value, and the look after a dip into
    each colour. Two chemistries that differ in any percept differ here. Chemistries are in the order of (graph, potion
    map, stone map, rotation).
    """
    point = ((looks() + 1) @ 3 ** np.arange(AXES)).astype(np.uint8)  # rotation, stone map, vertex
    shown = np.argsort(point, axis=2)
    dipped = moves().astype(np.uint8)[:, :, kind_of_colour()]  # graph, vertex, potion map, colour
    rows = np.empty((*_shape(), VERTICES, 2 + COLOURS), np.uint8)
    for (rotation, stone_map), _ in np.ndenumerate(point[:, :, 0]):
        look, order = point[rotation, stone_map], shown[rotation, stone_map]
        rows[:, :, stone_map, rotation, :, 0] = look[order]
        rows[:, :, stone_map, rotation, :, 1] = VALUES[order] + AXES
        rows[:, :, stone_map, rotation, :, 2:] = look[dipped[:, order].transpose(0, 2, 1, 3)]
    return rows.reshape(CHEMISTRIES, -1)


def count_distinct(rows: Integer[np.ndarray, "chemistry entry"]) -> int:
    """Count the rows that differ."""
    width = rows.shape[1] * rows.itemsize
    return len(np.unique(np.ascontiguousarray(rows).view(np.dtype((np.void, width)))))


def _shape() -> tuple[int, int, int, int]:
    return len(GRAPHS.constraints), POTION_MAPS, STONE_MAPS, len(ROTATIONS)


def prior_entropy(rotated: bool) -> float:
    """Return the entropy of the prior over chemistries, in bits."""
    graph = GRAPHS.tickets / GRAPHS.tickets.sum()
    uniform = POTION_MAPS * STONE_MAPS * (len(ROTATIONS) if rotated else 1)
    return float(np.log2(uniform) - graph @ np.log2(graph))
