"""An agent that takes the action whose plan is worth most, averaged over chemistries drawn from the posterior.

Q(a) = E[r(a) + W_c(s')], the mean over chemistries c of the posterior, where W_c is the oracle's value of what a leaves
of the trial. It supposes that the chemistry is told after one more action (Littman et al. 1995 call it QMDP), so it
pays nothing for information; of actions that are worth the same it takes the one whose outcome is least predictable.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int, PRNGKeyArray

from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.belief import Belief, aligned_vertices
from athanor.tasks.alchemy.chemistries import COLOURS, kind_of_colour
from athanor.tasks.alchemy.environment import (
    NO_POTION,
    NO_STONE,
    Alchemy,
    Chemistry,
    State,
    colour_of,
    deposit_reward,
    dip,
    perceived,
)
from athanor.tasks.alchemy.posterior import entropy, sample_chemistry

CERTAIN = 1e-4  # bits; a posterior on two chemistries has at least log2(49) - 48/49 log2(48) = 0.14
TIE = 1e-3  # reward by which an unpredictable outcome counts, at most


class Values(NamedTuple):
    """What one chemistry says of every action: dips by stone and colour, then deposits by stone."""

    value: Int[Array, "action"]  # reward of the trial from here on
    outcome: Int[Array, "dip"]  # a number for what is seen


def act(
    env: Alchemy, samples: int, task: Chemistry, belief: Belief, state: State, key: PRNGKeyArray
) -> Int[Array, ""]:
    """Return the action; the chemistry is read only for the looks and colours of what is there."""
    keys = jax.random.split(key, samples)

    def known() -> Int[Array, ""]:
        chemistry = sample_chemistry(belief, keys[0])
        return oracle.act(env, chemistry, as_if(task, chemistry, state))

    def unknown() -> Int[Array, ""]:
        drawn = jax.vmap(partial(sample_chemistry, belief))(keys)
        values = jax.vmap(partial(_values, env, task, state))(drawn)
        return _best(env, task, state, values)

    return jax.lax.cond(entropy(belief) < CERTAIN, known, unknown)


def as_if(task: Chemistry, other: Chemistry, state: State) -> State:
    """Return the latent state under another chemistry for which all looks as it does under the true one."""
    stones, potions = state.stones.astype(jnp.int32), state.potions.astype(jnp.int32)
    aligned = jax.vmap(aligned_vertices)(perceived(task, stones))[:, other.rotation]
    vertices = jnp.where(stones == NO_STONE, NO_STONE, aligned ^ other.stone_map)
    colours = jnp.minimum(colour_of(task, potions), COLOURS - 1)
    kinds = jnp.where(potions == NO_POTION, NO_POTION, _kinds(other)[colours])
    return State(vertices.astype(jnp.int8), kinds.astype(jnp.int8), state.time)


def _kinds(chemistry: Chemistry) -> Int[Array, "colour"]:
    """Return the kind of every colour."""
    return jnp.asarray(kind_of_colour().astype(np.int32))[chemistry.potion_map]


def _values(env: Alchemy, task: Chemistry, state: State, chemistry: Chemistry) -> Values:
    """Value every action as if a chemistry were the true one."""
    seen = as_if(task, chemistry, state)
    stones, potions = seen.stones.astype(jnp.int32), oracle.count_potions(seen.potions.astype(jnp.int32))
    left = env.trial_steps - state.time % env.trial_steps - 1
    plan = jax.vmap(partial(oracle.plan, chemistry.graph), (0, 0, None))
    slot, colour = jnp.divmod(jnp.arange(env.stones * COLOURS), COLOURS)
    kind = _kinds(chemistry)[colour]
    dipped = jax.vmap(partial(dip, chemistry))(stones[slot], kind)
    one_dipped = jnp.where(jnp.arange(env.stones) == slot[:, None], dipped[:, None], stones)
    one_gone = jnp.where(jnp.eye(env.stones, dtype=bool), NO_STONE, stones)
    dips = plan(one_dipped, potions - (1 << oracle.FIELD * kind), left).value
    deposits = deposit_reward(stones) + plan(one_gone, jnp.broadcast_to(potions, stones.shape), left).value
    look = perceived(chemistry, dipped) @ jnp.array([9, 3, 1])
    return Values(jnp.concatenate([dips, deposits]), 4 * look + jax.lax.population_count(dipped))


def _best(env: Alchemy, task: Chemistry, state: State, values: Values) -> Int[Array, ""]:
    """Return the action of the highest mean value; doing nothing is worth nothing."""
    there = state.stones != NO_STONE
    colours = colour_of(task, state.potions.astype(jnp.int32))
    slots = colours == jnp.arange(COLOURS)[:, None]  # colour, potion
    possible = jnp.concatenate([(there[:, None] & slots.any(1)).ravel(), there])
    same = values.outcome[:, None] == values.outcome
    news = jnp.pad(1.0 - jnp.mean(same, axis=(0, 1)), (0, env.stones))
    score = jnp.where(possible, jnp.mean(values.value, axis=0) + TIE * news, -jnp.inf)
    best = jnp.argmax(score)
    dips = env.stones * COLOURS
    stone = jnp.where(best < dips, best // COLOURS, best - dips)
    target = jnp.where(best < dips, 1 + jnp.argmax(slots[best % COLOURS]), 0)
    action = env.no_op + 1 + stone * (env.potions + 1) + target
    return jnp.where(score[best] >= 0, action, env.no_op).astype(jnp.int32)
