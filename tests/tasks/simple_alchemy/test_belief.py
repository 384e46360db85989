"""Tests of the exact belief: worked numbers, the flat posterior, symmetries."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from athanor.tasks.simple_alchemy import belief
from athanor.tasks.simple_alchemy.graphs import (
    EDGE_SETS,
    FAMILIES,
    PERMUTATIONS,
    enumerate_graphs,
    transition_tables,
)

GRAPHS = {family: enumerate_graphs(family) for family in FAMILIES}
TABLES = {family: transition_tables(GRAPHS[family]) for family in FAMILIES}
UPDATE = {family: jax.jit(partial(belief.update, family)) for family in FAMILIES}
OUTCOMES = {family: jax.jit(partial(belief.outcome_counts, family)) for family in FAMILIES}
CONSISTENT = {family: jax.jit(partial(belief.consistent, GRAPHS[family])) for family in FAMILIES}

# A history: true graph, then trials of (start, order of potions, dips taken).
TRIALS = st.lists(
    st.tuples(st.integers(0, 7), st.permutations(range(6)), st.integers(0, 6)), min_size=1, max_size=4
)


def dips_of(table, trials):
    """Return the dips (stone, potion, dipped) that a history of trials shows under a graph's table."""
    dips = []
    for stone, potions, length in trials:
        for potion in potions[:length]:
            dips.append((stone, potion, int(table[stone, potion])))
            stone = dips[-1][2]
    return dips


def believe(family, dips):
    state = belief.prior(family)
    for dip in dips:
        state = UPDATE[family](state, *map(jnp.int32, dip))
    return state


@pytest.mark.parametrize(("family", "count"), [("three_edges", 384), ("all", 20_250)])
def test_prior(family, count) -> None:
    assert int(belief.count_graphs(belief.prior(family))) == count
    assert CONSISTENT[family](belief.prior(family)).all()


def test_first_dip_by_hand() -> None:
    # 000 into potion 0 (up): each attribute is the target of pair 0 in 128 graphs, in 3/4 of which the edge is there.
    counts = OUTCOMES["three_edges"](belief.prior("three_edges"), jnp.int32(0), jnp.int32(0))
    assert counts.tolist() == [96, 96, 96, 96]
    # 001 into potion 0: attribute 0 is up already, so its 128 graphs show nothing, nor do 2 x 32 others.
    counts = OUTCOMES["three_edges"](belief.prior("three_edges"), jnp.int32(1), jnp.int32(0))
    assert counts.tolist() == [192, 0, 96, 96]
    # Of the 15 edge sets of `all`, 8 hold a given edge: 2 x 15^2 x 8 graphs for each attribute.
    counts = OUTCOMES["all"](belief.prior("all"), jnp.int32(0), jnp.int32(0))
    assert counts.tolist() == [20_250 - 3 * 3600, 3600, 3600, 3600]


def test_first_update_by_hand() -> None:
    state = believe(
        "three_edges", [(0, 0, 1)]
    )  # attribute 0 flips, at its edge 0, which hence is not missing
    assert state[0].tolist() == [0b1110, 0, 0]
    assert int(belief.count_graphs(state)) == 96


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=40, derandomize=True)
@given(which=st.floats(0, 1, exclude_max=True), trials=TRIALS)
def test_equals_the_flat_posterior(family, which, trials) -> None:
    tables = TABLES[family]
    truth = int(which * len(tables))
    flat = np.full(len(tables), 1 / len(tables))
    state = belief.prior(family)
    for stone, potion, dipped in dips_of(tables[truth], trials):
        outcome = np.bincount(_flipped(stone, tables[:, stone, potion]), weights=flat, minlength=4)
        counts = np.asarray(OUTCOMES[family](state, jnp.int32(stone), jnp.int32(potion)), np.float64)
        assert counts.sum() == int(belief.count_graphs(state))
        np.testing.assert_allclose(counts / counts.sum(), outcome, rtol=0, atol=1e-12)
        flat = flat * (tables[:, stone, potion] == dipped)
        flat = flat / flat.sum()
        state = UPDATE[family](state, jnp.int32(stone), jnp.int32(potion), jnp.int32(dipped))
    consistent = np.asarray(CONSISTENT[family](state), np.float64)
    np.testing.assert_allclose(consistent / consistent.sum(), flat, rtol=0, atol=1e-12)
    assert consistent.sum() == int(belief.count_graphs(state))
    assert consistent[truth] == 1


def _flipped(stone, dipped):
    return np.array([0, 1, 2, 0, 3])[stone ^ dipped]


@settings(max_examples=40, derandomize=True)
@given(
    truth=st.integers(0, 383),
    trials=TRIALS,
    pair_image=st.permutations(range(3)),
    bit_image=st.permutations(range(3)),
)
def test_relabelling_pairs_and_attributes_keeps_the_counts(truth, trials, pair_image, bit_image) -> None:
    def vertex(v):
        return sum((v >> a & 1) << bit_image[a] for a in range(3))

    dips = dips_of(TABLES["three_edges"][truth], trials)
    image = [(vertex(v), 2 * pair_image[q // 2] + q % 2, vertex(w)) for v, q, w in dips]
    state, state_image = believe("three_edges", dips), believe("three_edges", image)
    assert belief.count_graphs(state) == belief.count_graphs(state_image)
    bits = np.asarray(jax.lax.population_count(state))
    bits_image = np.asarray(jax.lax.population_count(state_image))
    np.testing.assert_array_equal(bits_image[np.ix_(pair_image, bit_image)], bits)


def test_the_order_of_dips_is_no_matter() -> None:
    dips = dips_of(TABLES["three_edges"][211], [(3, [5, 0, 2, 1, 4, 3], 6), (4, [1, 2, 3, 4, 5, 0], 4)])
    states = {
        tuple(np.ravel(believe("three_edges", order))) for order in (dips, dips[::-1], dips[3:] + dips[:3])
    }
    assert len(states) == 1


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dips", [[], [(0, 0, 1), (1, 2, 1), (5, 4, 5)]])
def test_sampled_graphs_have_the_posteriors_frequencies(family, dips) -> None:
    state = believe(family, dips)
    expected = np.asarray(CONSISTENT[family](state)).astype(float)
    draws = {"three_edges": 20_000, "all": 120_000}[family]
    graphs = jax.jit(jax.vmap(partial(belief.sample_graph, family, state)))(
        jax.random.split(jax.random.key(5), draws)
    )
    sets = {tuple(edges): number for number, edges in enumerate(EDGE_SETS[family].tolist())}
    number = np.zeros(1 << 4, int)
    for edges, index in sets.items():
        number[np.dot(edges, [1, 2, 4, 8])] = index
    of_attribute = number[np.asarray(graphs.edge_present) @ np.array([1, 2, 4, 8])]
    permutation = np.argmax(
        (np.asarray(graphs.attribute_of_pair)[:, None] == PERMUTATIONS).all(axis=-1), axis=1
    )
    size = len(sets)
    index = permutation * size**3 + of_attribute @ np.array([size**2, size, 1])
    drawn = np.bincount(index, minlength=len(expected))
    assert drawn[expected == 0].sum() == 0
    kept = drawn[expected > 0]
    assert scipy.stats.chisquare(kept).pvalue > 1e-3


@pytest.mark.parametrize("family", ["three_edges", "all"])
def test_features_are_those_of_the_graphs_that_are_left(family) -> None:
    """Dips of the first stones of a graph; the features against counting consistent graphs one by one."""
    graphs = GRAPHS[family]
    table = TABLES[family][len(graphs.edge_set) // 3]
    found = belief.prior(family)
    for stone, potion in ((0, 0), (5, 3), (6, 1), (2, 4)):
        found = belief.update(family, found, *map(jnp.int32, (stone, potion, table[stone, potion])))
    left = np.asarray(belief.consistent(graphs, found))
    acts_on = (graphs.attribute_of_pair[left][..., None] == np.arange(3)).mean(0)
    features = np.asarray(jax.jit(belief.features, static_argnums=0)(family, found))
    np.testing.assert_allclose(features[:9].reshape(3, 3), acts_on, rtol=1e-5)
    shares = features[9:].reshape(3, 3, 4)
    for pair, attribute in zip(*np.nonzero(acts_on), strict=True):
        with_it = left & (graphs.attribute_of_pair[:, pair] == attribute)
        allowed = np.unique(graphs.edge_present[with_it][:, attribute], axis=0)
        np.testing.assert_allclose(shares[pair, attribute], allowed.mean(0), rtol=1e-5)
