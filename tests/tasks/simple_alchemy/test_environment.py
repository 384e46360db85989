"""Tests of the environment: worked numbers, properties, and the plain rules step by step."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from athanor.tasks.simple_alchemy.environment import (
    DEPOSIT,
    NO_OP,
    CausalGraph,
    SimpleAlchemy,
    State,
    draw_stone,
    vertex_of,
)

KEY = jax.random.key(7)
# Pair p acts on attribute p; the edge between 000 and its neighbour is missing for each attribute.
GRAPH = CausalGraph(jnp.arange(3), jnp.asarray([[False, True, True, True]] * 3))


def play(rules, state, actions):
    rewards = []
    for action in actions:
        state, transition = rules.step(GRAPH, state, jnp.int32(action), KEY)
        rewards.append(float(transition.reward))
    return state, rewards


def start(stone: int, time: int = 0) -> State:
    return State(jnp.int32(stone), jnp.bool_(False), jnp.int32(63), jnp.int32(time))


def test_vertex_of_by_hand() -> None:
    assert vertex_of((0, 1, 1)) == 6


def test_a_deposit_pays_at_every_later_step_of_the_trial() -> None:
    # A goal stone deposited at step 3 pays at steps 4 ... 19: 16 of 20.
    rules = SimpleAlchemy(goal=5)
    _, rewards = play(rules, start(5), [NO_OP] * 3 + [DEPOSIT] + [NO_OP] * 16)
    assert rewards == [0.0] * 4 + [1.0] * 16


def test_a_deposit_pays_once_on_deposit() -> None:
    rules = SimpleAlchemy(goal=5, reward="on_deposit")
    _, rewards = play(rules, start(5), [NO_OP, DEPOSIT, DEPOSIT, NO_OP])
    assert rewards == [0.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize(("reward", "pays"), [("per_step", 0.0), ("on_deposit", 1.0)])
def test_a_deposit_at_the_last_step_of_a_trial(reward, pays) -> None:
    rules = SimpleAlchemy(goal=5, reward=reward)
    state, rewards = play(rules, start(5, time=19), [DEPOSIT])
    assert rewards == [pays]
    assert not state.in_cauldron
    assert (int(state.potions), int(state.time)) == (63, 20)


def test_another_stone_pays_nothing() -> None:
    for reward in ("per_step", "on_deposit"):
        _, rewards = play(SimpleAlchemy(goal=5, reward=reward), start(4), [DEPOSIT] + [NO_OP] * 19)
        assert rewards == [0.0] * 20


def test_a_dip_empties_the_potion_even_if_nothing_moves() -> None:
    rules = SimpleAlchemy()
    state, _ = play(rules, start(0), [1])  # potion 0 pushes attribute 0 of 000 up, where the edge is missing
    assert (int(state.stone), int(state.potions)) == (0, 62)
    state, _ = play(rules, start(2), [1])  # on 010 it is present
    assert (int(state.stone), int(state.potions)) == (3, 62)


def test_an_empty_potion_does_nothing() -> None:
    state, _ = play(SimpleAlchemy(), start(2), [1, 2, 1])  # up, down, and the first is empty
    assert (int(state.stone), int(state.potions)) == (2, 60)


def test_in_the_cauldron_nothing_moves() -> None:
    state, _ = play(SimpleAlchemy(), start(2), [DEPOSIT, 1, 3, DEPOSIT])
    assert (int(state.stone), int(state.potions), bool(state.in_cauldron)) == (2, 63, True)


def test_observation_by_hand() -> None:
    state = State(jnp.int32(0b110), jnp.bool_(True), jnp.int32(0b000101), jnp.int32(25))
    observed = SimpleAlchemy().observe(GRAPH, state)
    assert observed.dtype == jnp.float32
    assert observed.tolist() == [0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0.25]


def test_nothing_is_paid_after_the_episode() -> None:
    rules = SimpleAlchemy(trials=2, trial_steps=8, goal=0)
    after = State(jnp.int32(0), jnp.bool_(True), jnp.int32(63), jnp.int32(16))
    assert rules.reward_of(after, jnp.int32(NO_OP)) == 0.0
    assert rules.steps == 16


def test_stones_and_graphs_are_drawn_uniformly() -> None:
    keys = jax.random.split(jax.random.key(0), 20_000)
    stones = np.bincount(jax.vmap(draw_stone)(keys), minlength=8)
    assert scipy.stats.chisquare(stones).pvalue > 1e-3
    tasks = jax.vmap(SimpleAlchemy("three_edges").sample_task)(keys)
    missing = np.argmin(np.asarray(tasks.edge_present), axis=2) @ [16, 4, 1]
    permutation = np.asarray(tasks.attribute_of_pair[:, :2]) @ [3, 1]  # 1, 2, 3, 5, 6, 7
    cells = np.bincount(64 * permutation + missing, minlength=512).reshape(8, 64)[[1, 2, 3, 5, 6, 7]]
    assert cells.sum() == len(keys)
    assert scipy.stats.chisquare(cells.ravel()).pvalue > 1e-3


@pytest.mark.parametrize("family", ["three_edges", "all"])
@pytest.mark.parametrize("reward", ["per_step", "on_deposit"])
def test_many_episodes_against_the_plain_rules(family, reward, plain) -> None:
    rules = SimpleAlchemy(family, goal=3, trials=3, trial_steps=9, reward=reward)
    episodes = 24
    task_key, reset_key, action_key, step_key = jax.random.split(jax.random.key(1), 4)
    tasks = jax.vmap(rules.sample_task)(jax.random.split(task_key, episodes))
    states = jax.vmap(rules.reset)(tasks, jax.random.split(reset_key, episodes))
    # Deposits are rare, so that most trials get to use potions.
    weights = jnp.asarray([1.0] + [3.0] * 6 + [0.7])
    actions = jax.random.categorical(action_key, jnp.log(weights), shape=(rules.steps, episodes))
    keys = jax.random.split(step_key, (rules.steps, episodes))
    games = [
        plain.Game(
            np.asarray(tasks.attribute_of_pair[e]),
            plain.edges(np.asarray(tasks.edge_present[e])),
            plain.attributes(int(states.stone[e])),
            trials=3,
            trial_steps=9,
            goal=(1, 1, 0),
            reward=reward,
        )
        for e in range(episodes)
    ]
    step = jax.jit(jax.vmap(rules.step))
    observe = jax.jit(jax.vmap(rules.observe))
    for time in range(rules.steps):
        states, transition = step(tasks, states, actions[time], keys[time])
        observed = observe(tasks, states)
        stones = np.asarray(states.stone)
        for e, game in enumerate(games):
            expected = game.step(int(actions[time, e]), plain.attributes(int(stones[e])))
            assert (float(transition.reward[e]), bool(transition.terminated[e])) == expected
            np.testing.assert_allclose(observed[e], game.observation(), atol=1e-7)
