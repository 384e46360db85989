"""The exact posterior over chemistries, in seventy-six small integers (nineteen where nothing is rotated).

In aligned coordinates (see `chemistries`) a dip's outcome does not depend on the stone map, and the prior over graphs
and potion maps does not change when an axis is reflected. Given the rotation, the stone map is therefore independent of
the aligned graph and potion map: looks and values tell of the former, dips of the latter. A dip shows one colour pair,
one axis and one edge, so the aligned graphs and potion maps that are left are a union of products: entry (r, p, a, f) of
`edge_sets` says which edge sets axis `a` may have if pair `p` acts on it, its directions reversed iff f = 1, under
rotation r. Items are drawn uniformly whatever the chemistry, so the posterior is the prior restricted to what is
left, and in tickets of the prior (whole numbers below 2^19) it is exact.
"""

import itertools
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int

from athanor.tasks.alchemy.chemistries import (
    AXES,
    COLOURS,
    EDGE_AT,
    EDGE_SETS,
    ROTATIONS,
    STONE_MAPS,
    VALUES,
    VERTICES,
    looks,
)
from athanor.tasks.alchemy.observation import ABSENT, Observation, parse
from athanor.tasks.alchemy.rules import Rules


class Belief(NamedTuple):
    """Which chemistries are left; every axis of size 3 is in the order of the latent axes or of the colour pairs."""

    stone_maps: Int[Array, "rotation"]  # bit s set iff stone map s is possible
    edge_sets: Int[Array, "rotation pair axis flip"]  # bit e set iff edge set e is possible, aligned


_EVERY_EDGE_SET = 2 ** len(EDGE_SETS) - 1
# The edge sets, as bits, that have the edge along an axis at a vertex.
_SETS_WITH_EDGE = (2 ** np.arange(len(EDGE_SETS)) @ EDGE_SETS)[EDGE_AT].astype(np.int32)


def _aligned_vertices() -> Int[np.ndarray, "x y z rotation"]:
    """Return the aligned vertex of every perceived point under each rotation; VERTICES where there is none."""
    vertices = np.full((3, 3, 3, len(ROTATIONS)), VERTICES, np.int32)
    for rotation, vertex in itertools.product(range(len(ROTATIONS)), range(VERTICES)):
        vertices[*(looks()[rotation, 0, vertex] + 1), rotation] = vertex
    return vertices


def _maps_with_value() -> Int[np.ndarray, "vertex value"]:
    """Return the stone maps, as bits, under which an aligned vertex has value -3, -1, 1, 3; none for no vertex."""
    latent = np.arange(VERTICES)[:, None] ^ np.arange(STONE_MAPS)
    right = VALUES[latent][:, None] == np.arange(-AXES, AXES + 1, 2)[:, None]
    return np.pad(right @ 2 ** np.arange(STONE_MAPS), ((0, 1), (0, 0))).astype(np.int32)


_ALIGNED_VERTEX = _aligned_vertices()
_MAPS_WITH_VALUE = _maps_with_value()


def prior(rules: Rules) -> Belief:
    """Return the belief to which every chemistry of the level is possible."""
    shape = (rules.rotations, AXES, AXES, 2)
    every_map = jnp.full(rules.rotations, 2**STONE_MAPS - 1, jnp.int32)
    return Belief(every_map, jnp.full(shape, _EVERY_EDGE_SET, jnp.int32))


def start(rules: Rules, seen: Observation) -> Belief:
    """Return the belief at the start of an episode, the first stones seen."""
    return _see_stones(prior(rules), seen)


def update(
    rules: Rules, belief: Belief, seen: Observation, action: Int[Array, ""], following: Observation
) -> Belief:
    """Condition a belief on what a step shows; the step that ends a trial does not show what its dip did."""
    named = parse(rules, action)
    before, after = (_pick(look, named.stone, ABSENT) for look in (seen.looks.T, following.looks.T))
    colour = _pick(seen.colours, named.potion, COLOURS)
    dips = (before[0] != ABSENT) & (colour != COLOURS) & (following.time % rules.trial_steps != 0)
    dipped = see_dip(belief, before, colour, after)
    learnt = belief._replace(edge_sets=jnp.where(dips, dipped.edge_sets, belief.edge_sets))
    return _see_stones(learnt, following)


def _pick(items: Int[Array, "*axis item"], chosen: Bool[Array, "item"], absent: int) -> Int[Array, "*axis"]:
    """Return the chosen item, or what says that there is none: a sum vectorises where a gather does not."""
    return absent - jnp.sum(jnp.where(chosen, absent - items, 0), axis=-1)


def _see_stones(belief: Belief, seen: Observation) -> Belief:
    conditioned = jax.vmap(see_stone, (None, 0, 0))(belief, seen.looks, seen.values)
    possible = jnp.where(seen.stones[:, None], conditioned.stone_maps, belief.stone_maps)
    return belief._replace(stone_maps=jax.lax.reduce_and(possible, (0,)))


def see_stone(belief: Belief, look: Int[Array, "3"], value: Int[Array, ""]) -> Belief:
    """Condition a belief on a stone's perceived coordinates and value."""
    vertex = aligned_vertices(look)[: len(belief.stone_maps)]
    possible = jnp.asarray(_MAPS_WITH_VALUE)[vertex, (value + AXES) // 2]
    return belief._replace(stone_maps=belief.stone_maps & possible)


def see_dip(
    belief: Belief, before: Int[Array, "3"], colour: Int[Array, ""], after: Int[Array, "3"]
) -> Belief:
    """Condition a belief on a dip into a colour that turned one look into another; looks alone are no news here."""
    pair, direction = colour >> 1, colour & 1
    rotations = len(belief.stone_maps)
    vertex, reached = (aligned_vertices(look)[:rotations] for look in (before, after))
    axis, flip = jnp.arange(AXES)[:, None], jnp.arange(2)
    movable = (vertex[:, None, None] >> axis & 1) != direction ^ flip  # rotation, axis, flip
    flipped = (vertex ^ reached)[:, None, None]
    present = jnp.asarray(_SETS_WITH_EDGE)[:, jnp.minimum(vertex, VERTICES - 1)].T[:, :, None]
    left = jnp.where(movable, jnp.where(flipped == 0, ~present, present), jnp.where(flipped == 0, -1, 0))
    left = jnp.where((flipped == 0) | (flipped == 1 << axis), left, 0)
    is_pair = (jnp.arange(AXES) == pair)[:, None, None]
    return belief._replace(edge_sets=jnp.where(is_pair, belief.edge_sets & left[:, None], belief.edge_sets))


def aligned_vertices(look: Int[Array, "3"]) -> Int[Array, "rotation"]:
    """Return the aligned vertex of a look under every rotation; VERTICES where there is none."""
    x, y, z = jnp.clip(look + 1, 0, 2)
    return jnp.asarray(_ALIGNED_VERTEX)[x, y, z]
