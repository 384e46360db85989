"""Tests of the measurements: the plain NumPy planner plans like ours, and the tables have the rows they should."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.simple_alchemy.agents.flat_cem import FlatCem, Observed
from athanor.experiments.simple_alchemy.agents.players import rules_of
from athanor.planning import cem
from athanor.tasks.simple_alchemy import belief
from athanor.tasks.simple_alchemy.belief_model import SimpleAlchemyBelief
from athanor.tasks.simple_alchemy.environment import ALL_FULL, DEPOSIT, FIRST_DIP, State
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables

from ..conftest import ENVIRONMENT

RULES = rules_of(ENVIRONMENT, "three_edges")
SETTINGS = cem.Settings(horizon=20, particles=300, elites=60, iterations=8)
MODEL = SimpleAlchemyBelief(RULES, 1.0)
FLAT = FlatCem(RULES, 1.0, SETTINGS)
PRIOR = np.full(384, 1 / 384)


def packed(stone, time=0, posterior=None):
    state = State(jnp.int32(stone), jnp.bool_(False), jnp.int32(ALL_FULL), jnp.int32(time))
    return MODEL.pack(state, belief.prior("three_edges") if posterior is None else posterior)


@jax.jit
def first_action(state, key):
    return cem.first_action(cem.plan(MODEL, SETTINGS, state, key))


@pytest.mark.parametrize("seed", range(3))
def test_both_planners_deposit_the_goal_stone(seed) -> None:
    assert FLAT.first_action(Observed(0, False, ALL_FULL, 20), PRIOR, np.random.default_rng(seed)) == DEPOSIT
    assert int(first_action(packed(0, time=20), jax.random.key(seed))) == DEPOSIT


def test_both_planners_choose_alike_where_one_dip_makes_the_goal() -> None:
    """CEM does not always take it at once; it should do so as often in both implementations."""
    stone, direct, tables = 4, 1, transition_tables(enumerate_graphs("three_edges"))
    graph = int(np.flatnonzero(tables[:, stone, direct] == 0)[0])  # its potion 1 makes stone 4 the goal
    table = tables[graph]
    posterior = belief.prior("three_edges")
    for vertex, potion in np.ndindex(8, 6):
        dip = (vertex, potion, table[vertex, potion])
        posterior = belief.update("three_edges", posterior, *map(jnp.int32, dip))
    certain = np.eye(384)[graph]
    observed, state = Observed(stone, False, ALL_FULL, 20), packed(stone, 20, posterior)
    plain = [FLAT.first_action(observed, certain, np.random.default_rng(seed)) for seed in range(50)]
    ours = jax.vmap(first_action, (None, 0))(state, jax.random.split(jax.random.key(0), 50))
    shares = np.mean(np.array(plain) == FIRST_DIP + direct), np.mean(np.asarray(ours) == FIRST_DIP + direct)
    assert min(shares) > 0.5
    assert abs(shares[0] - shares[1]) < 4 * np.sqrt(2 * 0.25 / 50)


def test_both_planners_simulate_alike() -> None:
    """Many simulations of fixed sequences, over a trial's end, have the same mean return."""
    sequences = np.random.default_rng(0).integers(0, 8, size=(20, 6)).repeat(3000, axis=1)
    noise = jax.random.uniform(jax.random.key(0), sequences.shape)
    evaluate = jax.jit(partial(cem.evaluate, MODEL))
    ours = evaluate(packed(3, time=12), jnp.asarray(sequences, jnp.int32), noise)
    plain = FLAT.evaluate(Observed(3, False, ALL_FULL, 12), PRIOR, sequences, np.random.default_rng(1))
    ours, plain = (np.asarray(returns).reshape(6, -1) for returns in (ours, plain))
    errors = np.sqrt((ours.var(axis=1) + plain.var(axis=1)) / 3000) + 1e-9
    assert (np.abs(ours.mean(axis=1) - plain.mean(axis=1)) < 4 * errors).all()
    assert ours.any()
