"""Policies that need no learning (the oracle's tables, one action, the myopic walk), and episodes played with them."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Int8

from athanor.tasks.navigation.environment import Navigation, State, Target
from athanor.tasks.navigation.rules import MOVES, Rules

Policy = Callable[[Target, State], Int[Array, ""]]


class Walk(NamedTuple):
    """One episode; after its end the position stays."""

    position: Float[Array, "*batch position 2"]  # m, where the agent is seen, the start first
    reward: Float[Array, "*batch time"]  # 0 after the episode's end
    squared_distance: Float[Array, "*batch"]  # m^2, of the last move's end
    steps: Int[Array, "*batch"]  # steps until the episode ended


def play(env: Navigation, task: Target, policy: Policy) -> Walk:
    """Play an episode with a policy that sees the whole state."""
    key = jax.random.key(0)  # the game draws nothing

    def step(state: State, _: None) -> tuple[State, tuple[Float[Array, "2"], Float[Array, ""]]]:
        following, transition = env.step(task, state, policy(task, state), key)
        return following, (env.position(following), transition.reward)

    start = env.reset(task, key)
    state, (positions, rewards) = jax.lax.scan(step, start, length=env.horizon)
    positions = jnp.concatenate([env.position(start)[None], positions])
    return Walk(positions, rewards, env.squared_distance(task, state), state.time)


@partial(jax.jit, static_argnums=0)
def play_tables(env: Navigation, tasks: Target, tables: Int8[Array, "task time x y"]) -> Walk:
    """Play one table on each task; every field of the result has a leading axis of tasks."""
    return jax.vmap(lambda task, table: play(env, task, lambda _, state: table_action(table, state)))(
        tasks, tables
    )


def table_action(table: Int8[Array, "time x y"], state: State) -> Int[Array, ""]:
    """Look up the action at the agent's time and cell; the last entry stands for later times."""
    time = jnp.minimum(state.time, table.shape[0] - 1)
    x, y = jnp.clip(state.cell, 0, table.shape[1] - 1)
    return table[time, x, y].astype(jnp.int32)


def constant_tables(rules: Rules, action: int, tasks: int) -> Int8[np.ndarray, "task 1 x y"]:
    """Return tables that always take one action."""
    return np.full((tasks, 1, rules.last_cell + 1, rules.last_cell + 1), action, np.int8)


@partial(jax.jit, static_argnums=0)
def play_myopic(env: Navigation, tasks: Target) -> Walk:
    """Play the myopic policy on each task; every field of the result has a leading axis of tasks."""
    return jax.vmap(lambda task: play(env, task, myopic_action))(tasks)


def myopic_action(task: Target, state: State) -> Int[Array, ""]:
    """Take the move whose end is nearest to the target in a straight line, obstacles ignored; the first of equals."""
    ends = jnp.asarray(MOVES) + state.cell[None]
    squared = jnp.sum((ends - task.cell[None]) ** 2, axis=1)
    return jnp.argmin(squared).astype(jnp.int32)
