"""Tests of the agent that averages plans: decisions by hand."""

from functools import partial

import jax
import jax.numpy as jnp

from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import qmdp
from athanor.tasks.alchemy.environment import NO_POTION, Alchemy, State

KEY = jax.random.key(8)


def test_decisions_by_hand() -> None:
    env = Alchemy(stones=1, potions=1, trials=1)
    task = env.chemistry(0, 0, 0)
    act = jax.jit(partial(qmdp.act, env, 32))
    # The best stone is deposited, not dipped; of one that is worth -1, no potion can be worth less than doing nothing.
    for stone, action in ((7, 1), (1, 2)):
        state = State(jnp.array([stone], jnp.int8), jnp.array([0], jnp.int8), jnp.int32(0))
        assert int(act(beliefs.start(env, env.see(task, state)), env.see(task, state), KEY)) == action
    # Nothing is left to do with a stone that is worth -1.
    state = State(jnp.array([1], jnp.int8), jnp.array([NO_POTION], jnp.int8), jnp.int32(0))
    assert int(act(beliefs.start(env, env.see(task, state)), env.see(task, state), KEY)) == env.no_op
