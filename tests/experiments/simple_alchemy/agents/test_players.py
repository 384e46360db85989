"""Tests of the agents: what they choose where the best choice is known, and what they remember."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.simple_alchemy.agents.config import Cem, Planners, TreeSearch
from athanor.experiments.simple_alchemy.agents.players import (
    Memory,
    build_agent,
    rules_of,
    update_belief,
)
from athanor.experiments.simple_alchemy.config import Environment
from athanor.tasks.simple_alchemy import belief
from athanor.tasks.simple_alchemy.environment import (
    ALL_FULL,
    DEPOSIT,
    FIRST_DIP,
    CausalGraph,
    SimpleAlchemy,
    State,
)
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables

RULES = rules_of(Environment(), "three_edges")
GRAPHS = enumerate_graphs("three_edges")
TABLES = transition_tables(GRAPHS)
TRUE = 17


def seen(stone, potions=ALL_FULL, time=0):
    return State(jnp.int32(stone), jnp.bool_(False), jnp.int32(potions), jnp.int32(time))


def task(graph):
    return CausalGraph(jnp.asarray(GRAPHS.attribute_of_pair[graph]), jnp.asarray(GRAPHS.edge_present[graph]))


def learned(*dips):
    """Return the belief after dips (stone, potion) into the true graph's potions."""
    posterior = belief.prior("three_edges")
    for stone, potion in dips:
        dipped = jnp.int32(TABLES[TRUE, stone, potion])
        posterior = belief.update("three_edges", posterior, jnp.int32(stone), jnp.int32(potion), dipped)
    return posterior


EVERYTHING = learned(*((stone, potion) for stone in range(8) for potion in range(6)))


@cache
def planner(name):
    planners = Planners(cem=Cem(particles=200, elites=40), tree_search=TreeSearch(simulations=256))
    return jax.jit(build_agent(name, RULES, planners).act)


def chosen(name, posterior, state):
    return int(planner(name)(Memory(posterior, ()), state, jax.random.key(1)))


@pytest.mark.parametrize("name", ["cem", "tree_search"])
def test_planners_deposit_the_goal_stone_in_the_last_trial(name) -> None:
    assert chosen(name, belief.prior("three_edges"), seen(0, time=83)) == DEPOSIT


@pytest.mark.parametrize("stone", [stone for stone in (1, 2, 4) if 0 in TABLES[TRUE, stone]])
def test_tree_search_that_knows_the_graph_acts_like_the_oracle(stone) -> None:
    assert int(belief.count_graphs(EVERYTHING)) == 1
    direct = int(np.flatnonzero(TABLES[TRUE, stone] == 0)[0])  # one dip from the goal
    assert chosen("tree_search", EVERYTHING, seen(stone, time=80)) == FIRST_DIP + direct


def expectimax(consistent, stone, potions, step):
    """Solve the last trial over a flat set of graphs: value and action values, deposits and dips alone."""
    values = {DEPOSIT: float(19 - step) if stone == 0 else 0.0}
    for potion in (potion for potion in range(6) if potions >> potion & 1):
        dipped = TABLES[consistent, stone, potion]
        values[FIRST_DIP + potion] = sum(
            np.mean(dipped == vertex)
            * max(
                expectimax(consistent[dipped == vertex], vertex, potions & ~(1 << potion), step + 1).values()
            )
            for vertex in np.unique(dipped)
        )
    return values


@pytest.mark.parametrize(
    ("stone", "potions", "dips"),
    [
        (3, 0b101010, [(7, 5)]),
        (6, 0b111010, [(7, 0), (7, 1)]),
        (1, 0b001011, [(3, 2), (1, 4)]),
        (5, 0b100110, [(7, 3), (7, 0), (5, 1)]),
    ],
)
def test_tree_search_finds_what_expectimax_finds(stone, potions, dips) -> None:
    """With few potions left in the last trial the tree is searched out; ties may go either way."""
    posterior = learned(*dips)
    consistent = np.flatnonzero(belief.consistent(GRAPHS, posterior))
    values = expectimax(consistent, stone, potions, 6 - potions.bit_count())
    action = chosen("tree_search", posterior, seen(stone, potions, 80 + 6 - potions.bit_count()))
    assert values[action] == pytest.approx(max(values.values()))


def test_posterior_sampling_draws_consistent_graphs_anew_each_trial(agent_of) -> None:
    agent = agent_of("posterior_sampling")
    memory = Memory(EVERYTHING, agent.init(task(0), jax.random.key(0)).own)
    inside = State(jnp.int32(3), jnp.bool_(True), jnp.int32(ALL_FULL), jnp.int32(18))
    kept = agent.update(memory, inside, jnp.int32(0), inside._replace(time=jnp.int32(19)), jax.random.key(1))
    np.testing.assert_array_equal(kept.own.action, memory.own.action)
    drawn = agent.update(
        kept, inside._replace(time=jnp.int32(19)), jnp.int32(0), seen(3, time=20), jax.random.key(1)
    )
    oracle = agent_of("oracle").init(task(TRUE), jax.random.key(2))
    np.testing.assert_array_equal(drawn.own.value, oracle.own.value)


def test_the_end_of_a_trial_teaches_nothing() -> None:
    rules = SimpleAlchemy()
    prior = belief.prior("three_edges")
    before, after = seen(7, time=19), seen(2, time=20)
    unchanged = update_belief(rules, prior, before, jnp.int32(FIRST_DIP + 1), after)
    np.testing.assert_array_equal(unchanged, prior)


def test_an_unknown_agent_or_a_missing_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="agent is alchemist, must be one of"):
        build_agent("alchemist", RULES, Planners())
    with pytest.raises(ValueError, match="agent greedy needs the exact policy"):
        build_agent("greedy", RULES, Planners())
