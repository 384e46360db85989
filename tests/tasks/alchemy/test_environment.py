"""Tests of the environment: steps worked by hand, and the plain rules step by step over random play."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Environment
from athanor.tasks.alchemy.chemistries import GRAPHS, PERMUTATIONS
from athanor.tasks.alchemy.environment import NO_POTION, NO_STONE, Alchemy, Chemistry, State, alchemy
from athanor.tasks.alchemy.rules import REWARDS, Rules

KEY = jax.random.key(0)
FREE = Chemistry(*(jnp.int32(0) for _ in range(4)))  # all edges, kinds and looks as they are
UP, DOWN = (1, 3, 5), (0, 2, 4)  # kinds, by axis


def at(stones, potions, time=0) -> State:
    return State(jnp.array(stones, jnp.int8), jnp.array(potions, jnp.int8), jnp.int32(time))


def play(env, task, state, actions):
    rewards = []
    for action in actions:
        state, transition = env.step(task, state, jnp.int32(action), KEY)
        rewards.append(float(transition.reward))
    return state, rewards


def test_raising_and_depositing_a_stone_by_hand() -> None:
    env = Alchemy(stones=2, potions=3)
    dip = lambda stone, potion: 1 + 4 * stone + 1 + potion  # noqa: E731
    actions = [dip(0, 0), dip(0, 0), dip(0, 1), 1, 1, dip(0, 2), 5, 0]
    state, rewards = play(env, FREE, at([1, 2], [3, 5, 0]), actions)
    assert rewards == [0, 0, 0, 15, 0, 0, -1, 0]
    assert state.stones.tolist() == [NO_STONE] * 2
    assert state.potions.tolist() == [NO_POTION, NO_POTION, 0]
    assert int(state.time) == len(actions)


def test_a_potion_is_used_up_even_if_the_edge_is_missing() -> None:
    env = Alchemy(stones=1, potions=1)
    number = int(np.argmin(GRAPHS.edge_present[:, 0, 0]))  # no edge from (-, -, -) along axis 0
    state, _ = play(env, FREE._replace(graph=jnp.int32(number)), at([0], [UP[0]]), [2])
    assert (state.stones.tolist(), state.potions.tolist()) == ([0], [NO_POTION])


def test_observation_by_hand() -> None:
    # Axis 0 looks reversed; colours of pair 0 act on axis 1, of pair 1 on axis 0; stone 1 and potion 1 are used.
    task = Alchemy().chemistry(0, 2 * 8, 1)
    seen = Alchemy(stones=2, potions=3).observe(task, at([7, NO_STONE], [1, NO_POTION, 2]))
    expected = [-1, 1, 1, 1, 0, 2, 2, 2, 2, 1, 0, 0, 1, 1, -1, 0]
    np.testing.assert_allclose(seen, expected, atol=1e-6)


def test_a_rotated_look_by_hand() -> None:
    # Rotation 1 takes (0, 1, 1) to (1, 1, 1) and (1, 0, -1) to (1, -1, -1).
    env = Alchemy("rotated", stones=2, potions=0)
    seen = env.observe(env.chemistry(0, 0, 0, 1), at([7, 1], []))
    np.testing.assert_allclose(seen, [0, 1, 1, 1, 0, 1, 0, -1, -1 / 3, 0], atol=1e-6)


def test_the_chemistry_can_be_seen() -> None:
    env = Alchemy("rotated", stones=1, potions=0, see_chemistry=True)
    features = env.observe(env.chemistry(0, 0, 5, 2), at([7], []))[5:]
    colours = np.arange(6) / 3 - 1
    np.testing.assert_allclose(features, [*[1] * 12, *colours, 1, 0, 1, 0, 0, 1, 0], atol=1e-6)
    assert env.observation.size == 5 + len(features)


def test_the_end_of_a_trial_brings_new_items_and_that_of_the_episode_ends_all() -> None:
    env = Alchemy(stones=1, potions=0, trials=2, trial_steps=2)
    state, rewards = play(env, FREE, at([7], []), [1, 0])
    assert rewards == [15, 0]
    assert int(state.stones[0]) != NO_STONE
    state, rewards = play(env, FREE, at([7], [], 3), [1, 1, 1])
    assert rewards == [15, 0, 0]
    assert int(state.time) == env.steps == 4


def test_ending_a_trial_skips_to_the_next() -> None:
    env = Alchemy(stones=1, potions=0, trials=3, trial_steps=5, end_trial=True)
    state, rewards = play(env, FREE, at([7], []), [1, 0])
    assert (rewards, int(state.time)) == ([0, 0], 5)
    state, rewards = play(env, FREE, at([7], [], 5), [2, 1, 0])
    assert (rewards, int(state.time)) == ([15, 0, 0], 10)


def test_actions_out_of_range_do_nothing() -> None:
    env = Alchemy(stones=2, potions=3)
    state, rewards = play(env, FREE, at([1, 2], [3, 5, 0]), [-1, -4, env.actions, 1000])
    assert (state.stones.tolist(), state.potions.tolist(), sum(rewards)) == ([1, 2], [3, 5, 0], 0)


def test_sizes_and_contract() -> None:
    env = Alchemy()
    assert (env.actions, env.observation.size, env.steps) == (40, 39, 200)
    assert Alchemy(end_trial=True).actions == 41
    assert isinstance(env, Environment)
    assert REWARDS.tolist() == [-3, -1, -1, 1, -1, 1, 1, 15]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"stones": 0}, "stones is 0, must be a whole number of at least 1"),
        ({"potions": -1}, "potions is -1, must be a whole number of at least 0"),
        ({"trial_steps": 0}, "trial_steps is 0, must be a whole number of at least 1"),
    ],
)
def test_impossible_numbers_are_named(setting, message) -> None:
    with pytest.raises(ValueError) as error:
        Rules(**setting)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("level='turned'", "level is 'turned', must be one of aligned, rotated"),
        ("stones=2.5", "stones is 2.5, must be a whole number of at least 1"),
    ],
)
def test_what_is_of_another_type_is_named(setting, message) -> None:
    # In a process of its own: here, annotations are enforced before the check is reached.
    code = f"from athanor.tasks.alchemy.rules import Rules; Rules({setting})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert f"ValueError: {message}" in done.stderr


def test_a_chemistry_that_the_prior_does_not_allow_is_named() -> None:
    with pytest.raises(ValueError, match=r"graph is 109, must be from 0 to 108 \(level aligned\)"):
        Alchemy().chemistry(109, 0, 0)
    with pytest.raises(ValueError, match=r"rotation is 1, must be from 0 to 0 \(level aligned\)"):
        Alchemy().chemistry(0, 0, 0, 1)


SETTINGS = [
    Rules(),
    Rules("rotated"),
    Rules("rotated", end_trial=True, trial_steps=15, trials=4),
    Rules(stones=1, potions=3, trials=7, trial_steps=6),
    Rules("rotated", stones=5, potions=2, trials=3, trial_steps=11, end_trial=True),
]
EPISODES = 12


@pytest.mark.parametrize("rules", SETTINGS)
def test_equals_the_plain_rules_step_by_step(rules, plain) -> None:
    env = alchemy(rules)
    actions = np.random.default_rng(2).integers(0, rules.actions, (EPISODES, rules.steps + 2), np.int32)
    keys = jax.random.split(jax.random.key(5), EPISODES)
    tasks, start, shown, states, rewards, ends = jax.tree.map(np.asarray, traces(env, keys, actions))
    for i in range(EPISODES):
        task = tuple(number[i] for number in tasks)
        chemistry = plain.chemistry(task, GRAPHS.edge_present, PERMUTATIONS)
        items = items_of(plain, jax.tree.map(lambda leaf: leaf[i], start))  # noqa: B023 (used at once)
        settings = {"trials": rules.trials, "trial_steps": rules.trial_steps, "end_trial": rules.end_trial}
        game = plain.Game(chemistry, items, **settings)
        for t, action in enumerate(actions[i]):
            np.testing.assert_allclose(shown[i, t], game.observation(), atol=1e-6)
            following = items_of(plain, State(states.stones[i, t], states.potions[i, t], states.time[i, t]))
            assert game.step(int(action), following) == (rewards[i, t], ends[i, t])


def traces(env, keys, actions):
    def one(key, sequence):
        task_key, reset_key, step_key = jax.random.split(key, 3)
        task = env.sample_task(task_key)
        start = env.reset(task, reset_key)

        def step(state, step_input):
            action, key = step_input
            following, transition = env.step(task, state, action, key)
            shown = env.observe(task, state)
            return following, (shown, following, transition.reward, transition.terminated)

        inputs = (sequence, jax.random.split(step_key, len(sequence)))
        return task, start, *jax.lax.scan(step, start, inputs)[1]

    return jax.jit(jax.vmap(one))(keys, jnp.asarray(actions))


def items_of(plain, state):
    """Return a state's items in plain form; used ones are not of the next trial and never read."""
    stones = [None if stone == NO_STONE else plain.corner(int(stone)) for stone in state.stones]
    potions = [None if kind == NO_POTION else plain.potion(int(kind)) for kind in state.potions]
    return stones, potions


def test_draws_follow_the_prior() -> None:
    env = Alchemy("rotated")
    keys = jax.random.split(jax.random.key(1), 40_000)
    tasks = jax.jit(jax.vmap(env.sample_task))(keys)
    states = jax.jit(jax.vmap(env.reset))(tasks, keys)
    shares = GRAPHS.tickets / GRAPHS.tickets.sum()
    assert_shares(tasks.graph, shares)
    for numbers, count in ((tasks.potion_map, 48), (tasks.stone_map, 8), (tasks.rotation, 4)):
        assert_shares(numbers, np.full(count, 1 / count))
    assert_shares(states.stones, np.full(8, 1 / 8))
    assert_shares(states.potions, np.full(6, 1 / 6))
    potions = np.asarray(states.potions)
    assert_shares(6 * potions[:, :-1] + potions[:, 1:], np.full(36, 1 / 36))


def assert_shares(numbers, expected):
    """Hold drawn numbers against probabilities: Pearson's statistic within five of its standard deviations."""
    counts = np.bincount(np.asarray(numbers).ravel(), minlength=len(expected))
    mean = counts.sum() * expected
    freedom = len(expected) - 1
    assert abs(((counts - mean) ** 2 / mean).sum() - freedom) < 5 * np.sqrt(2 * freedom)


def test_uniformly_random_actions_earn_what_untouched_stones_are_worth_on_average() -> None:
    # Dips keep a stone uniform over the vertices, so a deposit pays 1.5 on average, and each of a trial's 3 stones is
    # deposited within 20 steps with probability 1 - (39/40)^20.
    env = Alchemy()
    keys = jax.random.split(jax.random.key(3), 600)
    actions = np.random.default_rng(3).integers(0, env.actions, (600, env.steps), np.int32)
    *_, rewards, ends = traces(env, keys, actions)
    returns = np.asarray(rewards).sum(1)
    expected = 10 * 3 * 1.5 * (1 - (39 / 40) ** 20)
    assert abs(returns.mean() - expected) < 4 * returns.std() / np.sqrt(len(returns))
    assert np.all(np.asarray(ends)[:, -1]) and not np.any(np.asarray(ends)[:, :-1])
