"""Tests of the oracle: by hand, against every sequence of actions, and on the published evaluation episodes."""

from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.chemistries import GRAPHS, KINDS, VERTICES, moves
from athanor.tasks.alchemy.environment import NO_STONE, Alchemy, Chemistry, State
from athanor.tasks.alchemy.rules import REWARDS

KEY = jax.random.key(0)
UP = (1, 3, 5)


def chemistry(graph):
    return Chemistry(jnp.int32(graph), *(jnp.int32(0) for _ in range(3)))


def at(stones, potions, time=0):
    return State(jnp.array(stones, jnp.int8), jnp.array(potions, jnp.int8), jnp.int32(time))


@pytest.mark.parametrize(
    ("stones", "potions", "time", "value"),
    [
        ([7, 6, 0], [], 0, 15 + 1),
        ([0], UP, 0, 15),
        ([0], UP, 16, 15),  # three dips and a deposit
        ([0], UP, 17, 1),  # two dips and a deposit
        ([0], UP[:2], 0, 1),
        ([6, 5], [1, 1], 0, 15 + 1),
        ([6, 6], [1, 1], 0, 30),
        ([NO_STONE, 1], [0, 0], 0, 0),
    ],
)
def test_values_by_hand_where_all_edges_exist(stones, potions, time, value) -> None:
    env = Alchemy(stones=len(stones), potions=len(potions))
    assert int(oracle.plan_trial(env, chemistry(0), at(stones, potions, time)).value) == value


def test_a_detour_is_found_by_hand() -> None:
    # No edge leads up from (-, -, +): the way to (+, +, +) goes down axis 2 first, and up it again.
    graph = int(np.argmin(GRAPHS.edge_at_vertex[:, :2, 4].any(1)))
    env = Alchemy(stones=1, potions=4)
    values = [
        int(oracle.plan_trial(env, chemistry(graph), at([4], kinds)).value)
        for kinds in ([1, 3, 5, 5], [1, 3, 4, 5], [1, 3, 4, 4])
    ]
    assert values == [0, 15, 1]


def test_options_are_few_and_none_contains_another_that_pays_as_much() -> None:
    table = oracle.options()
    assert table.need.shape == (len(GRAPHS.constraints), VERTICES + 1, 5)
    assert (table.reward[:, NO_STONE] == 0).all()
    counts = table.need[..., None] >> oracle.FIELD * np.arange(KINDS) & 15
    np.testing.assert_array_equal(counts.sum(-1) + (table.reward > 0), table.steps)
    contains = (counts[:, :, :, None] >= counts[:, :, None]).all(-1)
    alike = table.reward[:, :, :, None] == table.reward[:, :, None]
    paying = (table.reward > 0)[..., None]
    assert not (contains & alike & paying & ~np.eye(5, dtype=bool)).any()


def best_by_search(graph, stones, kinds, steps):
    """Return the most that any sequence of actions earns."""
    table = moves()[graph]

    @cache
    def best(stones, kinds, steps):
        if not steps:
            return 0
        values = [0]
        for i, stone in enumerate(stones):
            others = (*stones[:i], *stones[i + 1 :])
            values.append(REWARDS[stone] + best(others, kinds, steps - 1))
            for kind in set(kinds):
                left = list(kinds)
                left.remove(kind)
                dipped = tuple(sorted((*others, int(table[stone, kind]))))
                values.append(best(dipped, tuple(left), steps - 1))
        return max(values)

    return best(tuple(sorted(stones)), tuple(sorted(kinds)), steps)


@pytest.mark.parametrize(("items", "steps", "games"), [((1, 5), 20, 60), ((2, 4), 20, 40), ((3, 4), 5, 20)])
def test_no_sequence_of_actions_earns_more(items, steps, games) -> None:
    rng = np.random.default_rng(sum(items))
    env = Alchemy(stones=items[0], potions=items[1], trial_steps=steps)
    planned = jax.jit(lambda graph, state: oracle.plan_trial(env, chemistry(graph), state).value)
    for graph in rng.integers(0, len(GRAPHS.constraints), games).tolist():
        stones, kinds = (
            rng.integers(0, VERTICES, items[0]).tolist(),
            rng.integers(0, KINDS, items[1]).tolist(),
        )
        assert int(planned(graph, at(stones, kinds))) == best_by_search(graph, stones, kinds, steps)


@partial(jax.jit, static_argnums=0)
def play(policy, tasks, stones, potions):
    """Play the policy on given chemistries and items; return rewards (episode, trial)."""
    env = Alchemy()

    def trial(task, stones, potions):
        def step(state, _):
            state, transition = env.step(task, state, policy(env, task, state), KEY)
            return state, transition.reward

        start = State(stones, potions, jnp.int32(0))
        return jnp.sum(jax.lax.scan(step, start, length=env.trial_steps)[1])

    return jax.vmap(jax.vmap(trial, (None, 0, 0)))(tasks, stones, potions)


def deposit_positive(env, task, state):
    """Deposit stones of positive value as they are."""
    paying = jnp.asarray(np.append(REWARDS, 0))[state.stones] > 0
    return jnp.where(jnp.any(paying), 1 + jnp.argmax(paying) * (env.potions + 1), env.no_op).astype(jnp.int32)


def test_equals_the_published_search_oracle_in_every_trial(evaluation) -> None:
    tasks, stones, potions, scores = evaluation
    planned = jax.jit(jax.vmap(jax.vmap(value_of, (None, 0, 0))))(tasks, stones, potions)
    np.testing.assert_array_equal(planned, scores["search_oracle"])
    np.testing.assert_array_equal(play(oracle.act, tasks, stones, potions), scores["search_oracle"])
    for agent in ("ideal_observer", "belief_state_predict", "ground_truth_predict", "baseline"):
        assert (np.asarray(planned) >= scores[agent]).all()


def value_of(task, stones, potions):
    return oracle.plan_trial(Alchemy(), task, State(stones, potions, jnp.int32(0))).value


def test_depositing_positive_stones_earns_what_is_published(evaluation) -> None:
    tasks, stones, potions, _ = evaluation
    returns = np.asarray(play(deposit_positive, tasks, stones, potions)).sum(1)
    assert abs(returns.mean() - 67.4) < 3 * (0.9**2 + returns.var() / len(returns)) ** 0.5


def test_playing_the_plan_earns_its_value_and_the_known_mean() -> None:
    env = Alchemy()
    keys = jax.random.split(jax.random.key(2), 3000)
    tasks = jax.vmap(env.sample_task)(keys)
    items = jax.vmap(lambda task, key: jax.vmap(partial(env.reset, task))(jax.random.split(key, 10)))(
        tasks, keys
    )
    planned = jax.jit(jax.vmap(jax.vmap(value_of, (None, 0, 0))))(tasks, items.stones, items.potions)
    returns = np.asarray(planned).sum(1)
    assert abs(returns.mean() - 288.45) < 4 * np.hypot(0.29, returns.std() / np.sqrt(len(returns)))
    few = jax.tree.map(lambda leaf: leaf[:200], (tasks, items.stones, items.potions))
    np.testing.assert_array_equal(play(oracle.act, *few), planned[:200])
