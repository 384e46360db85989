"""Tests of the oracle: worked numbers, every graph against a breadth-first search, and its play."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.simple_alchemy import oracle
from athanor.tasks.simple_alchemy.environment import ALL_FULL, CausalGraph, SimpleAlchemy, State
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs

GRAPHS = enumerate_graphs("three_edges")
TASKS = CausalGraph(jnp.asarray(GRAPHS.attribute_of_pair), jnp.asarray(GRAPHS.edge_present))


def solve(rules: SimpleAlchemy, discount: float) -> oracle.Solution:
    one = jax.jit(lambda task: oracle.value_iteration(rules, task, discount))
    return jax.lax.map(one, TASKS, batch_size=64)


def shortest_dips(game, start, goal) -> int | None:
    """Search all orders of dipping, each potion once, level by level."""
    level = {(start, frozenset(range(6)))}
    for dips in range(7):
        if any(stone == goal for stone, _ in level):
            return dips
        level = {(game.dipped(stone, q), full - {q}) for stone, full in level for q in full}
    return None


@pytest.fixture(scope="module")
def dips_needed(plain):
    """Return dips to the goal 000, per graph and start; -1 where it is out of reach."""
    needed = np.full((len(GRAPHS.edge_set), 8), -1)
    for g in range(len(needed)):
        game = plain.Game(GRAPHS.attribute_of_pair[g], plain.edges(GRAPHS.edge_present[g]), (0, 0, 0))
        for vertex in range(8):
            dips = shortest_dips(game, plain.attributes(vertex), (0, 0, 0))
            needed[g, vertex] = -1 if dips is None else dips
    return needed


def test_value_by_hand() -> None:
    # Graph 63 misses the edges at 111: from 001 one dip and a deposit leave steps 2 ... 19, 18 payments.
    value = solve(SimpleAlchemy(), 1.0).value[63, 0, ALL_FULL]
    assert float(value[0b000]) == 19
    assert float(value[0b001]) == 18
    # Graph 0 misses those at 000: no other stone ever becomes the goal.
    assert solve(SimpleAlchemy(), 1.0).value[0, 0, ALL_FULL].tolist() == [19] + [0] * 7


def worth(reward: str, discount: float, dips: int) -> float:
    if dips < 0:
        return 0.0
    if reward == "on_deposit":
        return discount**dips
    return sum(discount**step for step in range(dips + 1, 20))


@pytest.mark.parametrize("reward", ["per_step", "on_deposit"])
@pytest.mark.parametrize("discount", [1.0, 0.99, 0.5])
def test_every_graph_against_breadth_first_search(reward, discount, dips_needed) -> None:
    solution = solve(SimpleAlchemy(reward=reward), discount)
    expected = [[worth(reward, discount, int(dips)) for dips in row] for row in dips_needed]
    np.testing.assert_allclose(solution.value[:, 0, ALL_FULL], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("reward", ["per_step", "on_deposit"])
def test_its_play_earns_its_value(reward) -> None:
    rules = SimpleAlchemy(reward=reward, trials=1)
    solution = solve(rules, 1.0)

    def episode(task, policy, stone):
        def step(state, _):
            action = oracle.act(rules, policy, state)
            state, transition = rules.step(task, state, action, jax.random.key(0))
            return state, transition.reward

        state = State(stone, jnp.bool_(False), jnp.int32(ALL_FULL), jnp.int32(0))
        return jax.lax.scan(step, state, length=rules.steps)[1].sum()

    per_start = jax.vmap(episode, in_axes=(None, None, 0))
    earned = jax.jit(jax.vmap(per_start, in_axes=(0, 0, None)))(TASKS, solution, jnp.arange(8))
    np.testing.assert_array_equal(earned, solution.value[:, 0, ALL_FULL])


def test_value_falls_with_time_and_with_lost_potions() -> None:
    value = np.asarray(solve(SimpleAlchemy(), 0.99).value[::29])
    assert np.all(value[:, :-1] >= value[:, 1:] - 1e-5)
    for potion in range(6):
        full = np.flatnonzero(np.arange(64) >> potion & 1)
        assert np.all(value[:, :, full] >= value[:, :, full - 2**potion] - 1e-5)
