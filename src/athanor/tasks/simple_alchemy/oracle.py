"""The oracle: value iteration over one trial for an agent that knows the causal graph."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from athanor.tasks.simple_alchemy.environment import (
    ALL_FULL,
    NO_OP,
    CausalGraph,
    RewardMode,
    SimpleAlchemy,
    State,
    next_vertex,
)
from athanor.tasks.simple_alchemy.graphs import POTIONS, VERTICES


class Solution(NamedTuple):
    """Optimal values and actions of one trial, for a stone outside the cauldron.

    Trials are independent once the graph is known, so later trials add a constant that is left out.
    """

    value: Float[Array, "step potions vertex"]  # discounted reward until the end of the trial
    action: Int[Array, "step potions vertex"]


def deposit_value(
    reward: RewardMode, discount: float, trial_steps: int, step: Int[Array, "..."]
) -> Float[Array, "..."]:
    """Return what depositing a goal stone at a step of the trial is worth, discounted to that step.

    `per_step` pays at every later step of the trial: the sum of discount^k over k = 1 ... trial_steps - 1 - step.
    `on_deposit` pays 1 at once.
    """
    if reward == "on_deposit":
        return jnp.ones_like(step, dtype=float)
    payments = jnp.cumsum(discount ** jnp.arange(1, trial_steps))
    return jnp.concatenate([jnp.zeros(1), payments])[trial_steps - 1 - step]


def value_iteration(rules: SimpleAlchemy, task: CausalGraph, discount: float) -> Solution:
    """Solve a trial by backward induction over its steps."""
    potions = jnp.arange(ALL_FULL + 1)[:, None]
    vertex = jnp.arange(VERTICES)
    full = potions[..., None] >> jnp.arange(POTIONS) & 1 == 1
    emptied = potions[..., None] & ~(1 << jnp.arange(POTIONS))
    dipped = next_vertex(task, vertex[:, None], jnp.arange(POTIONS))

    def backward(later: Float[Array, "potions vertex"], step: Int[Array, ""]):
        worth = deposit_value(rules.reward, discount, rules.trial_steps, step)
        deposit = jnp.broadcast_to(jnp.where(vertex == rules.goal, worth, 0.0), later.shape)
        dips = jnp.where(full, discount * later[emptied, dipped], -jnp.inf)
        candidates = jnp.concatenate([discount * later[..., None], dips, deposit[..., None]], axis=-1)
        value = jnp.max(candidates, axis=-1)
        return value, Solution(value, jnp.argmax(candidates, axis=-1))

    end = jnp.zeros((ALL_FULL + 1, VERTICES))
    _, solution = jax.lax.scan(backward, end, jnp.arange(rules.trial_steps), reverse=True)
    return solution


def act(rules: SimpleAlchemy, solution: Solution, state: State) -> Int[Array, ""]:
    """Return the optimal action (doing nothing once the stone is in the cauldron)."""
    action = solution.action[state.time % rules.trial_steps, state.potions, state.stone]
    return jnp.where(state.in_cauldron, NO_OP, action)
