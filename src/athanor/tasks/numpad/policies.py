"""Agents that act on the exact belief: given belief, observation and key, an action."""

from collections.abc import Callable
from typing import TypeAlias

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.tasks.numpad.board import ACTIONS, distances, first_moves
from athanor.tasks.numpad.environment import Belief, Numpad

Policy: TypeAlias = Callable[[Belief, Float[Array, "observation"], PRNGKeyArray], Int[Array, ""]]


def uniform(rules: Numpad) -> Policy:
    """Return the policy that takes any action."""

    def act(belief: Belief, observation: Float[Array, "observation"], key: PRNGKeyArray) -> Int[Array, ""]:
        del belief, observation
        return jax.random.randint(key, (), 0, ACTIONS)

    return act


def greedy(rules: Numpad) -> Policy:
    """Return the policy that walks to where the next pad is likely and near (`greedy_action`)."""

    def act(belief: Belief, observation: Float[Array, "observation"], key: PRNGKeyArray) -> Int[Array, ""]:
        del key
        pad, lit = rules.seen(observation)
        return greedy_action(rules, rules.marginals(belief)[lit], pad)

    return act


def greedy_action(rules: Numpad, chance: Float[Array, "pad"], pad: Int[Array, ""]) -> Int[Array, ""]:
    """Return the move towards the pad with the highest chance of lighting up per step until it is entered.

    `chance` is the probability of each pad to be the next of the sequence; among equal pads, the first one is taken.
    """
    away = jnp.asarray(distances(rules.rows, rules.columns))[pad]
    target = jnp.argmax(chance / away.astype(chance.dtype))
    return jnp.asarray(first_moves(rules.rows, rules.columns))[pad, target]
