"""Tests of the agent that averages plans: looks kept, values by stepping the game, a decision by hand, certainty."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import mean_plan, oracle
from athanor.tasks.alchemy.environment import NO_POTION, NO_STONE, Alchemy, State, colour_of, perceived
from athanor.tasks.alchemy.posterior import sample_chemistry

KEY = jax.random.key(8)


@partial(jax.jit, static_argnums=0)
@partial(jax.vmap, in_axes=(None, 0))
def drawn(env, key):
    """Return a chemistry, a state with some items used, and a chemistry that the looks of the stones allow."""
    task_key, reset_key, stone_key, potion_key, other_key = jax.random.split(key, 5)
    task = env.sample_task(task_key)
    state = env.reset(task, reset_key)
    gone, empty = (
        jax.random.bernoulli(key, 0.2, (count,))
        for key, count in ((stone_key, env.stones), (potion_key, env.potions))
    )
    state = state._replace(
        stones=jnp.where(gone, jnp.int8(NO_STONE), state.stones),
        potions=jnp.where(empty, jnp.int8(NO_POTION), state.potions),
    )
    return task, state, sample_chemistry(beliefs.start(env, task, state), other_key)


@jax.jit
@jax.vmap
def shown(task, state):
    return perceived(task, state.stones.astype(jnp.int32)), colour_of(task, state.potions.astype(jnp.int32))


def test_looks_are_kept_under_another_chemistry() -> None:
    tasks, states, others = drawn(Alchemy("rotated"), jax.random.split(KEY, 200))
    same = jax.jit(jax.vmap(mean_plan.as_if))(tasks, others, states)
    for ours, theirs in zip(shown(tasks, states), shown(others, same), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_values_of_a_chemistry_are_those_of_stepping_the_game() -> None:
    env = Alchemy(stones=2, potions=5, trials=1)
    tasks, states, _ = drawn(env, jax.random.split(KEY, 40))
    values = jax.jit(jax.vmap(partial(mean_plan._values, env)))(tasks, states, tasks).value
    stepped = np.asarray(every_action(env, tasks, states))
    colours = np.asarray(shown(tasks, states)[1])
    there = np.asarray(states.stones) != NO_STONE
    for game, slot, potion in np.ndindex(40, 2, 5):
        if there[game, slot] and colours[game, potion] < 6:
            assert values[game, 6 * slot + colours[game, potion]] == stepped[game, 2 + 6 * slot + potion]
    np.testing.assert_array_equal(np.asarray(values)[:, 12:][there], stepped[:, [1, 7]][there])


@partial(jax.jit, static_argnums=0)
@partial(jax.vmap, in_axes=(None, 0, 0))
def every_action(env, task, state):
    """Return reward and the oracle's value of what follows, for every action."""

    def one(action):
        following, transition = env.step(task, state, action, KEY)
        return transition.reward.astype(jnp.int32) + oracle.plan_trial(env, task, following).value

    return jax.vmap(one)(jnp.arange(env.actions))


def test_decisions_by_hand() -> None:
    env = Alchemy(stones=1, potions=1, trials=1)
    task = env.chemistry(0, 0, 0)
    act = jax.jit(partial(mean_plan.act, env, 32))
    # The best stone is deposited, not dipped; of one that is worth -1, no potion can be worth less than doing nothing.
    for stone, action in ((7, 1), (1, 2)):
        state = State(jnp.array([stone], jnp.int8), jnp.array([0], jnp.int8), jnp.int32(0))
        assert int(act(task, beliefs.start(env, task, state), state, KEY)) == action
    # Nothing is left to do with a stone that is worth -1.
    state = State(jnp.array([1], jnp.int8), jnp.array([NO_POTION], jnp.int8), jnp.int32(0))
    assert int(act(task, beliefs.start(env, task, state), state, KEY)) == env.no_op
