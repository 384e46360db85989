"""Tests of the simulated belief MDP: against the exact belief, the flat posterior, and one graph drawn at the root."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athanor.tasks.simple_alchemy import belief
from athanor.tasks.simple_alchemy.belief_model import SimpleAlchemyBelief
from athanor.tasks.simple_alchemy.environment import ALL_FULL, DEPOSIT, FIRST_DIP, NO_OP, SimpleAlchemy, State
from athanor.tasks.simple_alchemy.graphs import FAMILIES, enumerate_graphs, transition_tables

MODELS = {family: SimpleAlchemyBelief(SimpleAlchemy(family), 1.0) for family in FAMILIES}
TABLES = {family: transition_tables(enumerate_graphs(family)) for family in FAMILIES}
UPDATE = {family: jax.jit(partial(belief.update, family)) for family in FAMILIES}
COUNTS = {family: jax.jit(partial(belief.outcome_counts, family)) for family in FAMILIES}
STEP = {
    family: jax.jit(jax.vmap(model.sample_step, in_axes=(None, None, 0))) for family, model in MODELS.items()
}
PACK = {family: jax.jit(model.pack) for family, model in MODELS.items()}
UNPACK = {family: jax.jit(jax.vmap(model.unpack)) for family, model in MODELS.items()}
DIPS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), max_size=8)


def seen(stone=0, in_cauldron=False, potions=ALL_FULL, time=0):
    return State(jnp.int32(stone), jnp.bool_(in_cauldron), jnp.int32(potions), jnp.int32(time))


def believe(family, graph, dips):
    """Return the exact belief after dips that a graph answers."""
    posterior = belief.prior(family)
    for stone, potion in dips:
        dipped = jnp.int32(TABLES[family][graph, stone, potion])
        posterior = UPDATE[family](posterior, jnp.int32(stone), jnp.int32(potion), dipped)
    return posterior


@pytest.mark.parametrize("family", FAMILIES)
def test_packing_loses_nothing(family) -> None:
    model, posterior = MODELS[family], believe(family, 5, [(0, 0), (7, 3), (3, 5)])
    np.testing.assert_array_equal(model.unpack(model.pack(seen(), posterior).rows), posterior)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=20)
@given(graph=st.integers(0, 383), dips=DIPS, stone=st.integers(0, 7), potion=st.integers(0, 5))
def test_outcomes_and_beliefs_are_exact(family, graph, dips, stone, potion) -> None:
    """One noise value in the middle of each consistent graph's share gives every outcome exactly its count."""
    posterior = believe(family, graph, dips)
    count = int(belief.count_graphs(posterior))
    noise = ((np.arange(count) + 0.5) / count).astype(np.float32)
    grid = np.resize(noise, 2048 if count <= 2048 else 20_480)  # two shapes, two compilations
    state = PACK[family](seen(stone), posterior)
    following, reward = STEP[family](state, jnp.int32(FIRST_DIP + potion), grid)
    dipped = np.asarray(following.state.stone)[:count]
    outcomes = [np.sum(dipped == stone ^ flip) for flip in (0, 1, 2, 4)]
    expected = COUNTS[family](posterior, jnp.int32(stone), jnp.int32(potion))
    np.testing.assert_array_equal(outcomes, expected)
    beliefs = np.asarray(UNPACK[family](following.rows))[:count]
    for vertex in np.unique(dipped):
        after = UPDATE[family](posterior, jnp.int32(stone), jnp.int32(potion), jnp.int32(vertex))
        shown = beliefs[dipped == vertex]
        np.testing.assert_array_equal(shown, np.broadcast_to(after, shown.shape))
    assert not reward.any()


def test_the_last_step_of_a_trial_shows_nothing() -> None:
    model, prior = MODELS["three_edges"], belief.prior("three_edges")
    noise = jnp.asarray((np.arange(8) + 0.5) / 8, jnp.float32)
    state = model.pack(seen(stone=5, time=19, potions=0b000011), prior)
    following, _ = STEP["three_edges"](state, jnp.int32(FIRST_DIP), noise)
    assert following.state.stone.tolist() == list(range(8))
    assert set(following.state.potions.tolist()) == {ALL_FULL}
    assert (jnp.array(following.rows) == jnp.array(state.rows)[..., None]).all()


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (seen(stone=3, potions=0b111110), FIRST_DIP),
        (seen(stone=3, in_cauldron=True), FIRST_DIP + 2),
        (seen(stone=3), NO_OP),
        (seen(stone=3), DEPOSIT),
    ],
    ids=["empty potion", "in the cauldron", "nothing", "deposit"],
)
def test_what_dips_nothing_shows_nothing(state, action) -> None:
    model = MODELS["all"]
    packed = model.pack(state, belief.prior("all"))
    following, _ = STEP["all"](packed, jnp.int32(action), jnp.linspace(0, 0.99, 8))
    assert set(following.state.stone.tolist()) == {3}
    assert (jnp.array(following.rows) == jnp.array(packed.rows)[..., None]).all()
    assert set(following.state.in_cauldron.tolist()) == {bool(state.in_cauldron) or action == DEPOSIT}


def test_rewards_stop_at_the_end_of_the_episode() -> None:
    model, prior = MODELS["three_edges"], belief.prior("three_edges")
    rewards = [
        float(
            model.sample_step(
                model.pack(seen(in_cauldron=True, time=time), prior), jnp.int32(NO_OP), jnp.float32(0.0)
            )[1]
        )
        for time in (98, 99, 100)
    ]
    assert rewards == [1.0, 1.0, 0.0]


def test_simulated_sequences_are_those_of_one_graph_drawn_at_the_root() -> None:
    """Sampling each step from the posterior predictive equals drawing one graph and keeping it: paths agree."""
    sequence, particles = (0, 3, 4, 1, 2, 5), 40_000
    model = MODELS["three_edges"]
    state = model.pack(seen(stone=6), belief.prior("three_edges"))
    states = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (particles,)), state)
    path = np.zeros(particles, int)
    for key, potion in zip(jax.random.split(jax.random.key(0), len(sequence)), sequence, strict=True):
        noise = jax.random.uniform(key, (particles,))
        states, _ = jax.jit(jax.vmap(model.sample_step, in_axes=(0, None, 0)))(
            states, jnp.int32(FIRST_DIP + potion), noise
        )
        path = path * 8 + np.asarray(states.state.stone)
    exact = np.zeros(384, int)
    stone = np.full(384, 6)
    for potion in sequence:
        stone = TABLES["three_edges"][np.arange(384), stone, potion]
        exact = exact * 8 + stone
    paths, counts = np.unique(exact, return_counts=True)
    share = np.array([np.mean(path == each) for each in paths])
    expected = counts / 384
    assert share.sum() == pytest.approx(1.0)  # no path that no graph gives
    errors = np.sqrt(expected * (1 - expected) / particles)
    assert np.abs((share - expected) / errors).max() < 5
