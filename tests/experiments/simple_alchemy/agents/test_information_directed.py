"""Tests of what information-directed sampling weighs, against the flat set of graphs and the oracle of each."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.simple_alchemy.agents.information_directed import costs
from athanor.tasks.simple_alchemy import belief
from athanor.tasks.simple_alchemy.environment import ALL_FULL, DEPOSIT, FIRST_DIP, SimpleAlchemy, State
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables

GRAPHS = enumerate_graphs("three_edges")
TABLES = transition_tables(GRAPHS)
TRUE = 17
WEIGH = jax.jit(costs(SimpleAlchemy()))


def learned(*dips):
    posterior = belief.prior("three_edges")
    for stone, potion in dips:
        dipped = jnp.int32(TABLES[TRUE, stone, potion])
        posterior = belief.update("three_edges", posterior, jnp.int32(stone), jnp.int32(potion), dipped)
    return posterior


def seen(stone, potions=ALL_FULL, time=0):
    return State(jnp.int32(stone), jnp.bool_(False), jnp.int32(potions), jnp.int32(time))


def earned(graph, stone, potions, step):
    """Return what the oracle of a graph earns in the rest of a trial by dips and a deposit: 19 − step of the deposit."""
    best = 19 - step if stone == 0 else 0
    for potion in (potion for potion in range(6) if potions >> potion & 1):
        best = max(best, earned(graph, TABLES[graph, stone, potion], potions & ~(1 << potion), step + 1))
    return best


@pytest.mark.parametrize(("stone", "potions", "step"), [(3, 0b101010, 3), (1, 0b001011, 3), (0, 0b010001, 4)])
def test_regret_and_gain_are_those_of_the_flat_posterior(stone, potions, step) -> None:
    posterior = learned((7, 5), (3, 2))
    consistent = np.flatnonzero(belief.consistent(GRAPHS, posterior))
    found = WEIGH(posterior, seen(stone, potions, 20 + step))
    best = np.array([earned(graph, stone, potions, step) for graph in consistent])
    for potion in range(6):
        if not potions >> potion & 1:
            assert np.isinf(found.regret[FIRST_DIP + potion])
            continue
        dipped = TABLES[consistent, stone, potion]
        after = potions & ~(1 << potion)
        values = [
            earned(graph, vertex, after, step + 1) for graph, vertex in zip(consistent, dipped, strict=True)
        ]
        assert found.regret[FIRST_DIP + potion] == pytest.approx(np.mean(best - values), abs=1e-4)
        share = np.unique(dipped, return_counts=True)[1] / len(consistent)
        assert found.gain[FIRST_DIP + potion] == pytest.approx(-(share * np.log2(share)).sum(), abs=1e-5)
    deposit = 19 - step if stone == 0 else 0
    assert found.regret[DEPOSIT] == pytest.approx(np.mean(best) - deposit, abs=1e-4)
    assert found.gain[0] == found.gain[DEPOSIT] == 0.0


def test_the_last_dip_of_a_trial_shows_nothing() -> None:
    assert (WEIGH(learned(), seen(3, time=19)).gain == 0).all()
