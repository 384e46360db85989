"""What follows from a belief: probabilities, entropy, samples, and the chemistries that are left one by one."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.chemistries import (
    AXES,
    COLOURS,
    EDGE_AT,
    EDGE_SETS,
    EDGES,
    GRAPHS,
    KINDS,
    PERMUTATIONS,
    POTION_MAPS,
    ROTATIONS,
    STONE_MAPS,
    VERTICES,
    kind_of_colour,
)
from athanor.tasks.alchemy.observation import Chemistry

_PAIR_OF_AXIS = np.argsort(PERMUTATIONS, axis=1)


def _reflected_graphs() -> Int[np.ndarray, "graph stone_map"]:
    """Return the aligned graph of every latent one, or the latent one of every aligned one."""
    number = {tuple(sets): index for index, sets in enumerate(GRAPHS.edge_set.tolist())}
    set_number = {tuple(edges): index for index, edges in enumerate(EDGE_SETS.tolist())}
    reflected = np.empty((len(GRAPHS.edge_set), STONE_MAPS), np.int32)
    for (graph, stone_map), _ in np.ndenumerate(reflected):
        present = GRAPHS.edge_at_vertex[graph][:, np.arange(VERTICES) ^ stone_map]
        edges = [
            [present[axis, EDGE_AT[axis] == j][0] for j in range(len(EDGE_SETS[0]))] for axis in range(AXES)
        ]
        reflected[graph, stone_map] = number[tuple(set_number[tuple(row)] for row in edges)]
    return reflected


_REFLECTED = _reflected_graphs()
_IS_KIND = kind_of_colour()[..., None] == np.arange(KINDS)  # potion map, colour, kind
_IS_REFLECTED = np.arange(STONE_MAPS)[:, None] >> np.arange(AXES) & 1  # stone map, axis
MARGINALS = AXES * EDGES + COLOURS * KINDS + AXES + len(ROTATIONS)


def tickets(belief: Belief) -> Int[Array, "rotation permutation graph"]:
    """Return the tickets of the prior that are left, by rotation, permutation of the pairs and aligned graph.

    A pair's flip and the stone map are summed over: each of them is uniform over what is left of it.
    """
    edge_set = jnp.asarray(GRAPHS.edge_set.astype(np.int32))
    possible = (
        belief.edge_sets[:, :, :, None, :] >> edge_set.T[:, :, None] & 1
    )  # rotation, pair, axis, graph, flip
    flips = jnp.sum(possible, axis=-1)
    by_axis = flips[:, jnp.asarray(_PAIR_OF_AXIS), jnp.arange(AXES)]  # rotation, permutation, axis, graph
    maps = jax.lax.population_count(belief.stone_maps)[:, None, None]
    return jnp.prod(by_axis, axis=2) * maps * jnp.asarray(GRAPHS.tickets.astype(np.int32))


def entropy(belief: Belief) -> Float[Array, ""]:
    """Return the entropy of the posterior, in bits: log2 of all tickets less the mean log2 of a chemistry's own."""
    left = jnp.sum(tickets(belief), axis=(0, 1)).astype(jnp.float32)
    total = jnp.sum(left)
    return jnp.log2(total) - left @ jnp.log2(jnp.asarray(GRAPHS.tickets.astype(np.float32))) / total


def sample_chemistry(belief: Belief, key: PRNGKeyArray) -> Chemistry:
    """Draw a chemistry from the posterior."""
    graph_key, flip_key, map_key = jax.random.split(key, 3)
    weights = jnp.cumsum(tickets(belief).ravel())
    ticket = jax.random.randint(graph_key, (), 0, weights[-1])
    part = jnp.searchsorted(weights, ticket, side="right").astype(jnp.int32)
    rest, graph = jnp.divmod(part, len(GRAPHS.edge_set))
    rotation, permutation = jnp.divmod(rest, len(PERMUTATIONS))
    stone_map = _draw_bit(belief.stone_maps[rotation], STONE_MAPS, map_key)
    flips = _draw_flips(belief, rotation, permutation, graph, flip_key)
    return Chemistry(
        jnp.asarray(_REFLECTED)[graph, stone_map],
        2**AXES * permutation + (flips ^ stone_map),
        stone_map,
        rotation,
    )


def _draw_flips(
    belief: Belief,
    rotation: Int[Array, ""],
    permutation: Int[Array, ""],
    graph: Int[Array, ""],
    key: PRNGKeyArray,
) -> Int[Array, ""]:
    """Draw which aligned axes have their directions reversed, uniformly from what is left for a graph."""
    axes = jnp.arange(AXES)
    pairs = jnp.asarray(_PAIR_OF_AXIS)[permutation]
    edge_set = jnp.asarray(GRAPHS.edge_set.astype(np.int32))[graph]
    possible = belief.edge_sets[rotation, pairs, axes] >> edge_set[:, None] & 1  # axis, flip
    words = possible @ jnp.array([1, 2])
    flips = jax.vmap(_draw_bit, (0, None, 0))(words, 2, jax.random.split(key, AXES))
    return jnp.sum(flips << axes)


def _draw_bit(word: Int[Array, ""], bits: int, key: PRNGKeyArray) -> Int[Array, ""]:
    """Draw the number of a bit uniformly from those set."""
    chance = jax.random.uniform(key, (bits,))
    return jnp.argmax(jnp.where(word >> jnp.arange(bits) & 1 == 1, chance, -1.0)).astype(jnp.int32)


def possible_chemistries(belief: Belief) -> Bool[Array, "graph potion_map stone_map rotation"]:
    """Return which chemistries are left, one by one; the posterior is the prior restricted to them."""
    stone_map = np.arange(STONE_MAPS)
    graph = _REFLECTED[:, None, :]
    permutation, flips = np.divmod(np.arange(POTION_MAPS)[:, None], 2**AXES)
    edge_sets = jnp.moveaxis(belief.edge_sets, 0, -1)
    possible = belief.stone_maps >> stone_map[:, None] & 1 == 1
    for axis in range(AXES):
        left = edge_sets[_PAIR_OF_AXIS[permutation, axis], axis, (flips ^ stone_map) >> axis & 1]
        edge_set = GRAPHS.edge_set[graph, axis][..., None].astype(np.int32)
        possible = possible & (left >> edge_set & 1 == 1)
    return possible


def marginals(belief: Belief) -> Float[Array, "probability"]:
    """Return the probability of each edge, of each kind for each colour, of each axis's reflection, of each rotation."""
    tickets = jnp.asarray(GRAPHS.tickets.astype(np.float32))[:, None, None, None]
    weight = jnp.where(possible_chemistries(belief), tickets, 0.0)
    weight = weight / jnp.sum(weight)
    features = (GRAPHS.edge_present.reshape(len(GRAPHS.edge_set), -1), _IS_KIND.reshape(POTION_MAPS, -1))
    parts = [*features, _IS_REFLECTED, np.eye(len(ROTATIONS))[: weight.shape[3]]]
    others = [tuple(other for other in range(len(parts)) if other != axis) for axis in range(len(parts))]
    found = (
        jnp.sum(weight, axis=rest) @ jnp.asarray(part.astype(np.float32))
        for rest, part in zip(others, parts, strict=True)
    )
    return jnp.concatenate(list(found))
