"""Tests of the belief MDP as tree search sees it: against the flat posterior, the oracle and numbers by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.simple_alchemy import belief, oracle
from athanor.tasks.simple_alchemy.environment import (
    ALL_FULL,
    DEPOSIT,
    FIRST_DIP,
    CausalGraph,
    SimpleAlchemy,
    State,
)
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables
from athanor.tasks.simple_alchemy.search_model import BeliefState, SimpleAlchemySearch

GRAPHS = enumerate_graphs("three_edges")
TABLES = transition_tables(GRAPHS)
RULES = SimpleAlchemy()
PRIOR = belief.prior("three_edges")
ORACLE_RETURN = 16.76953125  # of a trial, exact


def model(discount=1.0, reward="per_step"):
    return SimpleAlchemySearch(SimpleAlchemy(reward=reward), discount)


def seen(stone, time=0, potions=ALL_FULL, posterior=PRIOR):
    return BeliefState(
        State(jnp.int32(stone), jnp.bool_(False), jnp.int32(potions), jnp.int32(time)), posterior
    )


def after(*dips):
    posterior = PRIOR
    for stone, potion, dipped in dips:
        posterior = belief.update("three_edges", posterior, *map(jnp.int32, (stone, potion, dipped)))
    return posterior


@pytest.mark.parametrize(("stone", "action"), [(6, FIRST_DIP + 1), (1, FIRST_DIP + 4)])
def test_outcomes_are_those_of_the_flat_posterior(stone, action) -> None:
    posterior = after((0, 0, 1), (1, 2, 1))
    consistent = belief.consistent(GRAPHS, posterior)
    following = TABLES[np.asarray(consistent), stone, action - FIRST_DIP]
    logits = model().outcome_logits(seen(stone, posterior=posterior), jnp.int32(action))
    expected = np.bincount(following, minlength=8) / len(following)
    np.testing.assert_allclose(jax.nn.softmax(logits), expected, rtol=1e-6)


@pytest.mark.parametrize(("time", "action"), [(19, FIRST_DIP), (3, DEPOSIT)])
def test_a_trial_ends_with_any_stone_and_no_news(time, action) -> None:
    state = seen(0, time)
    assert jax.nn.softmax(model().outcome_logits(state, jnp.int32(action))).tolist() == [0.125] * 8
    following, _, _ = model().apply_outcome(state, jnp.int32(action), jnp.int32(5))
    assert following.state == State(5, False, ALL_FULL, 20)
    np.testing.assert_array_equal(following.belief, PRIOR)


def test_a_deposit_by_hand() -> None:
    """At step 3 the goal stone is paid at steps 4 to 19; the next trial starts after 17 steps."""
    _, reward, discount = model(0.5).apply_outcome(seen(0, time=23), jnp.int32(DEPOSIT), jnp.int32(1))
    assert float(reward) == pytest.approx(sum(0.5**k for k in range(1, 17)))
    assert float(discount) == pytest.approx(0.5**17)
    _, reward, _ = model(0.5, "on_deposit").apply_outcome(seen(0, time=23), jnp.int32(DEPOSIT), jnp.int32(1))
    assert float(reward) == 1.0
    _, reward, discount = model().apply_outcome(seen(4, time=83), jnp.int32(DEPOSIT), jnp.int32(1))
    assert (float(reward), float(discount)) == (0.0, 0.0)  # another stone, in the last trial


def test_a_dip_by_hand() -> None:
    following, reward, discount = model(0.5).apply_outcome(
        seen(3, 40), jnp.int32(FIRST_DIP + 3), jnp.int32(1)
    )
    assert following.state == State(1, False, ALL_FULL - 0b1000, 41)
    np.testing.assert_array_equal(following.belief, after((3, 3, 1)))
    assert (float(reward), float(discount)) == (0.0, 0.5)


def test_the_value_of_the_prior_is_the_oracles_return() -> None:
    values = [float(model().value(seen(stone))) for stone in range(8)]
    assert np.mean(values) == pytest.approx(5 * ORACLE_RETURN, rel=1e-6)
    values = [float(model().value(seen(stone, time=80))) for stone in range(8)]
    assert np.mean(values) == pytest.approx(ORACLE_RETURN, rel=1e-6)
    assert float(model().value(seen(0, time=100))) == 0.0


@pytest.mark.parametrize(("discount", "reward"), [(1.0, "per_step"), (0.9, "per_step"), (0.9, "on_deposit")])
def test_values_are_the_oracles_averaged(discount, reward) -> None:
    """In the last trial, after two dips: for every graph, value iteration's value and that of each dip."""
    posterior = after((7, 1, 6), (6, 3, 6))
    state = seen(6, time=82, potions=ALL_FULL - 0b1010, posterior=posterior)
    rules = SimpleAlchemy(reward=reward)
    tasks = CausalGraph(jnp.asarray(GRAPHS.attribute_of_pair), jnp.asarray(GRAPHS.edge_present))
    solve = jax.jit(jax.vmap(lambda task: oracle.value_iteration(rules, task, discount).value))
    values = np.asarray(solve(tasks))[np.asarray(belief.consistent(GRAPHS, posterior))]
    found = model(discount, reward).value(state)
    assert float(found) == pytest.approx(values[:, 2, ALL_FULL - 0b1010, 6].mean(), rel=1e-5)
    tables = TABLES[np.asarray(belief.consistent(GRAPHS, posterior))]
    dipped = tables[:, 6, 5]
    later = values[np.arange(len(values)), 3, ALL_FULL - 0b101010, dipped].mean()
    found = model(discount, reward).action_value(state, jnp.int32(FIRST_DIP + 5))
    assert float(found) == pytest.approx(discount * later, rel=1e-5)


def test_what_is_worth_searching_by_hand() -> None:
    allowed = jax.jit(model().allowed)

    def actions(state):
        return np.flatnonzero(allowed(state)).tolist()

    assert actions(seen(0)) == [FIRST_DIP, DEPOSIT]  # the goal; colour 1 lowers; all pairs are alike
    assert actions(seen(5)) == [FIRST_DIP, FIRST_DIP + 1]  # no goal: no deposit while a dip may change it
    assert actions(seen(5, potions=0b111110)) == [FIRST_DIP + 1, FIRST_DIP + 2, FIRST_DIP + 3]
    assert actions(seen(7, potions=0b010101)) == [DEPOSIT]  # only colour 0 is left, and nothing to raise
    known = after((0, 0, 1))  # pair 0 acts on attribute 0, and edge 0 is there
    # Of the other pairs, which are alike, only a raise can do anything: attribute 0 is not theirs to lower.
    assert actions(seen(1, posterior=known)) == [FIRST_DIP + 1, FIRST_DIP + 2]
