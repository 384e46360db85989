"""The exact posterior over causal graphs, in nine integers.

What a dip shows depends on one colour pair, one attribute and one edge. Under a uniform prior the posterior is
therefore uniform over the graphs consistent with the history, and that set is a union of products: entry (p, a) of
a belief says which edge sets attribute `a` may have if pair `p` is the one that acts on it (bit e = edge set e of the
family). A graph with permutation s and edge sets e is consistent iff bit e[s(p)] of entry (p, s(p)) is set for every
pair p; the number of consistent graphs is the permanent of the entries' bit counts.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.tasks.simple_alchemy.graphs import (
    ATTRIBUTES,
    EDGE_AT,
    EDGE_SETS,
    EDGES,
    PAIRS,
    PERMUTATIONS,
    Family,
    GraphFamily,
)

Belief = Int[Array, "pair attribute"]

OUTCOMES = 1 + ATTRIBUTES  # of a dip: the stone is unchanged, or attribute 0, 1, 2 flips
FEATURES = PAIRS * ATTRIBUTES * (1 + EDGES)  # of a belief
BITS = 32  # of the integers that number a stone's vertex


class CausalGraph(NamedTuple):
    """The task: what an episode's trials have in common and the agent does not see."""

    attribute_of_pair: Int[Array, "pair"]
    edge_present: Bool[Array, "attribute edge"]


def prior(family: Family) -> Belief:
    """Return the belief to which every graph of the family is consistent."""
    return jnp.full((PAIRS, ATTRIBUTES), 2 ** len(EDGE_SETS[family]) - 1, jnp.int32)


def sets_with_edge(family: Family) -> Int[np.ndarray, "edge"]:
    """Return, for each edge, the edge sets (as bits) in which it is present."""
    return (2 ** np.arange(len(EDGE_SETS[family])) @ EDGE_SETS[family]).astype(np.int32)


def update(
    family: Family, belief: Belief, stone: Int[Array, ""], potion: Int[Array, ""], dipped: Int[Array, ""]
) -> Belief:
    """Condition a belief on a dip: `stone` went into a full `potion` and came out as `dipped`."""
    kept = _kept_by_outcome(family, belief, stone, potion)
    flipped = stone ^ dipped
    outcome = BITS - jax.lax.clz(flipped)  # 0 where nothing flipped, else one more than the number of the bit
    return belief.at[potion // 2].set(kept[outcome])


def outcome_counts(
    family: Family, belief: Belief, stone: Int[Array, ""], potion: Int[Array, ""]
) -> Int[Array, "outcome"]:
    """Count the consistent graphs under which a dip has each outcome (unchanged, attribute 0, 1, 2 flips)."""
    pair = potion // 2
    counts = jax.lax.population_count(belief)
    others = _minors(counts[(pair + 1) % PAIRS], counts[(pair + 2) % PAIRS])
    return jax.lax.population_count(_kept_by_outcome(family, belief, stone, potion)) @ others


def count_graphs(belief: Belief) -> Int[Array, ""]:
    """Count the consistent graphs: a permanent. The posterior's entropy is its logarithm."""
    counts = jax.lax.population_count(belief)
    return counts[0] @ _minors(counts[1], counts[2])


def features(family: Family, belief: Belief) -> Float[Array, "feature"]:
    """Return each pair's probability to act on each attribute, then of each of its entries which edges it has.

    The latter is the share of an entry's edge sets that have an edge. Dips tell of one edge at a time that it is present
    or missing, so that shares of 0 and 1 say all that is known.
    """
    counts = jax.lax.population_count(belief)
    others = jnp.stack([_minors(counts[(p + 1) % PAIRS], counts[(p + 2) % PAIRS]) for p in range(PAIRS)])
    acts_on = counts * others / count_graphs(belief)
    with_edge = jax.lax.population_count(belief[..., None] & sets_with_edge(family))
    shares = with_edge / jnp.maximum(counts, 1)[..., None]
    return jnp.concatenate([acts_on.ravel(), shares.ravel()])


def consistent(graphs: GraphFamily, belief: Belief) -> Bool[Array, "graph"]:
    """Tell which graphs are consistent; the posterior is uniform over them."""
    attribute = jnp.asarray(graphs.attribute_of_pair)
    edge_set = jnp.take_along_axis(jnp.asarray(graphs.edge_set), attribute, axis=1)
    return jnp.all(belief[jnp.arange(PAIRS), attribute] >> edge_set & 1 == 1, axis=1)


def sample_graph(family: Family, belief: Belief, key: PRNGKeyArray) -> CausalGraph:
    """Draw a graph from the posterior."""
    permutation_key, edge_key = jax.random.split(key)
    counts: Float[Array, "pair attribute"] = jax.lax.population_count(belief).astype(jnp.float32)
    permutations = jnp.asarray(PERMUTATIONS)
    pairs = jnp.arange(PAIRS)
    weights = jnp.prod(counts[pairs, permutations], axis=1)
    attribute_of_pair = permutations[jax.random.categorical(permutation_key, jnp.log(weights))]
    sets = jnp.asarray(EDGE_SETS[family])
    allowed = belief[pairs, attribute_of_pair][:, None] >> jnp.arange(len(sets)) & 1
    set_of_pair = jax.random.categorical(edge_key, jnp.where(allowed == 1, 0.0, -jnp.inf), axis=1)
    return CausalGraph(attribute_of_pair, sets[set_of_pair[jnp.argsort(attribute_of_pair)]])


def _kept_by_outcome(
    family: Family, belief: Belief, stone: Int[Array, ""], potion: Int[Array, ""]
) -> Int[Array, "outcome attribute"]:
    """Return what remains of the dipped pair's row under each outcome."""
    pair, colour = jnp.divmod(potion, 2)
    row = belief[pair]
    movable = (stone >> jnp.arange(ATTRIBUTES) & 1) == colour
    present = jnp.asarray(sets_with_edge(family))[jnp.asarray(EDGE_AT)[:, stone]]
    unchanged = jnp.where(movable, row & ~present, row)
    return jnp.concatenate([unchanged[None], jnp.diag(jnp.where(movable, row & present, 0))])


def _minors(first: Int[Array, "attribute"], second: Int[Array, "attribute"]) -> Int[Array, "attribute"]:
    """Return, for each attribute, the permanent of two rows without that column."""
    return jnp.roll(first, -1) * jnp.roll(second, -2) + jnp.roll(first, -2) * jnp.roll(second, -1)
