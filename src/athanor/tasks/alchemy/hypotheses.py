"""A few chemistries that stand for the posterior, and what each of them says of every dip.

Chemistries come last in every shape: the loops over what they share are long and plain.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.belief import Belief, aligned_vertices
from athanor.tasks.alchemy.chemistries import (
    AXES,
    COLOURS,
    GRAPHS,
    KINDS,
    POTION_MAPS,
    STONE_MAPS,
    VERTICES,
    kind_of_colour,
)
from athanor.tasks.alchemy.environment import (
    NO_POTION,
    NO_STONE,
    Chemistry,
    Observation,
    State,
    dip,
)
from athanor.tasks.alchemy.posterior import possible_chemistries

_AXIS = np.arange(AXES)[:, None]


class Hypotheses(NamedTuple):
    """Chemistries with their weights, which sum to 1; those of weight 0 only fill up."""

    chemistry: Chemistry  # of "hypothesis"
    weight: Float[Array, "hypothesis"]


class Dips(NamedTuple):
    """What a dip of each stone into each colour leads to; dips in the order of stones, then colours."""

    value: Int[Array, "dip hypothesis"]  # the oracle's value of what is left; -1 where there is no such dip
    moves: Bool[Array, "axis dip hypothesis"]  # whether the stone moves along an axis


def draw(belief: Belief, count: int, key: PRNGKeyArray) -> Hypotheses:
    """Return all chemistries that are left where they are no more than `count`, else as many at even steps of the mass.

    Of the latter each has the same weight: it is drawn at (i + u) / count of the posterior's mass, with one uniform u.
    """
    tickets = GRAPHS.tickets.astype(np.int32)[:, None, None, None]
    mass = jnp.ravel(jnp.where(possible_chemistries(belief), jnp.asarray(tickets), 0))
    cumulated = jnp.cumsum(mass)
    places = places_of_mass(count, jax.random.uniform(key), cumulated[-1])
    sampled = jnp.searchsorted(cumulated, places, side="right").astype(jnp.int32)
    left = jnp.sum(mass > 0)
    (all_left,) = jnp.nonzero(mass, size=count, fill_value=0)
    weight = jnp.where(jnp.arange(count) < left, mass[all_left], 0)
    number = jnp.where(left <= count, all_left.astype(jnp.int32), sampled)
    weight = jnp.where(left <= count, weight, 1).astype(jnp.float32)
    rest, rotation = jnp.divmod(number, len(belief.stone_maps))
    rest, stone_map = jnp.divmod(rest, STONE_MAPS)
    graph, potion_map = jnp.divmod(rest, POTION_MAPS)
    return Hypotheses(Chemistry(graph, potion_map, stone_map, rotation), weight / jnp.sum(weight))


def places_of_mass(count: int, chance: Float[Array, ""], mass: Int[Array, ""]) -> Int[Array, "place"]:
    """Return the tickets at (i + u) / count of the mass, from 0 to the mass less 1: i + u may be rounded up to i + 1."""
    places = (jnp.arange(count, dtype=jnp.float32) + chance) * (mass / count)
    return jnp.minimum(places.astype(jnp.int32), mass - 1)


def as_if(chemistry: Chemistry, seen: Observation) -> State:
    """Return the latent state under a chemistry for which all looks as it is seen."""
    aligned = jax.vmap(aligned_vertices)(seen.looks)[:, chemistry.rotation]
    vertices = jnp.where(seen.stones, aligned ^ chemistry.stone_map, NO_STONE)
    kinds = kinds_of(chemistry)[jnp.minimum(seen.colours, COLOURS - 1)]
    kinds = jnp.where(seen.potions, kinds, NO_POTION)
    return State(vertices.astype(jnp.int8), kinds.astype(jnp.int8), seen.time)


def kinds_of(chemistry: Chemistry) -> Int[Array, "... colour"]:
    """Return the kind of every colour."""
    return jnp.asarray(kind_of_colour().astype(np.int32))[chemistry.potion_map]


def value_dips(
    chemistry: Chemistry, stones: Int[Array, "stone hypothesis"], potions: Int[Array, "hypothesis"]
) -> Dips:
    """Value every dip as if each chemistry were the true one, given vertices, and potions as packed counts by kind.

    A dip uses up a potion and moves the stone along one axis or not at all, so that all there is to plan for is one
    potion less of each kind, and each stone at its three neighbours. Steps are taken to suffice.
    """
    kind = kinds_of(chemistry).T  # colour, hypothesis
    moving_kind = jnp.asarray(2 * _AXIS + 1) - (stones[:, None] >> _AXIS & 1)  # stone, axis, hypothesis
    stay, go = _plans(chemistry.graph, stones, moving_kind, potions)
    has_edge = dip(chemistry, stones[:, None], moving_kind) != stones[:, None]
    moves = (kind == moving_kind[:, :, None]) & has_edge[:, :, None]  # stone, axis, colour, hypothesis
    unmoved = sum(jnp.where(kind == k, stay[k], 0) for k in range(KINDS))
    moved = jnp.sum(jnp.where(moves, go[:, :, None], 0), axis=1)
    left = potions >> oracle.FIELD * kind & 2 ** (oracle.FIELD - 1) - 1
    possible = (stones != NO_STONE)[:, None] & (left > 0)
    value = jnp.where(possible, jnp.where(moves.any(1), moved, unmoved), -1)
    dips = len(stones) * COLOURS
    return Dips(value.reshape(dips, -1), moves.transpose(1, 0, 2, 3).reshape(AXES, dips, -1))


def _plans(
    graph: Int[Array, "hypothesis"],
    stones: Int[Array, "stone hypothesis"],
    moving_kind: Int[Array, "stone axis hypothesis"],
    potions: Int[Array, "hypothesis"],
) -> tuple[Int[Array, "kind hypothesis"], Int[Array, "stone axis hypothesis"]]:
    """Return the oracle's values with a potion of each kind less, and with a stone moved along an axis by one."""
    count = len(stones)
    neighbours = jnp.where(stones[:, None] == NO_STONE, NO_STONE, stones[:, None] ^ (1 << _AXIS))
    row = graph * (VERTICES + 1) + jnp.concatenate([stones[:, None], neighbours], 1)
    place = np.zeros(
        (count, KINDS + AXES * count), int
    )  # of each stone in every plan: itself, or a neighbour
    for stone in range(count):
        place[stone, KINDS + AXES * stone :][:AXES] = np.arange(1, AXES + 1)
    table = oracle.options()
    need, reward = (
        jnp.asarray(column.reshape(-1, column.shape[2]).T)[:, row][:, np.arange(count)[:, None], place]
        for column in (table.need, table.reward)
    )
    any_kind = jnp.broadcast_to(jnp.arange(KINDS)[:, None], (KINDS, len(potions)))
    used = jnp.concatenate([any_kind, moving_kind.reshape(AXES * count, -1)])
    values = _best(need, reward, potions - (1 << oracle.FIELD * used))
    return values[:KINDS], values[KINDS:].reshape(moving_kind.shape)


def _best(
    need: Int[Array, "option stone plan hypothesis"],
    reward: Int[Array, "option stone plan hypothesis"],
    potions: Int[Array, "plan hypothesis"],
) -> Int[Array, "plan hypothesis"]:
    """Return the most that one option for each stone earns together; a loop, since a table of all sums is slower."""
    options, stones = need.shape[:2]

    def more(number: Int[Array, ""], best: Int[Array, "plan hypothesis"]) -> Int[Array, "plan hypothesis"]:
        left, earned = potions | oracle.GUARDS, jnp.zeros_like(potions)
        for stone in range(stones - 1):
            option = number // options**stone % options
            left, earned = left - need[option, stone], earned + reward[option, stone]
        for last in range(options):
            enough = (left - need[last, -1]) & oracle.GUARDS == oracle.GUARDS
            best = jnp.maximum(best, jnp.where(enough, earned + reward[last, -1], 0))
        return best

    return jax.lax.fori_loop(0, options ** (stones - 1), more, jnp.zeros_like(potions))
