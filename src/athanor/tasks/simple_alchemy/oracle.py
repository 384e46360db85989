"""The oracle: value iteration over one trial for an agent that knows the causal graph."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from athanor.tasks.simple_alchemy.environment import (
    ALL_FULL,
    NO_OP,
    CausalGraph,
    Objective,
    SimpleAlchemy,
    State,
    deposit_values,
    next_vertex,
)
from athanor.tasks.simple_alchemy.graphs import POTIONS, VERTICES

TrialValue = Float[Array, "potions vertex"]  # discounted reward until the end of the trial
_END_OF_TRIAL = np.zeros((ALL_FULL + 1, VERTICES))


class Solution(NamedTuple):
    """Optimal values and actions of one trial, for a stone outside the cauldron.

    Trials are independent once the graph is known, so later trials add a constant that is left out.
    """

    value: Float[Array, "step potions vertex"]  # discounted reward until the end of the trial
    action: Int[Array, "step potions vertex"]


def value_iteration(rules: SimpleAlchemy, task: CausalGraph, discount: float) -> Solution:
    """Solve a trial by backward induction over its steps."""

    def backward(later: TrialValue, step: Int[Array, ""]) -> tuple[TrialValue, Solution]:
        candidates = _action_values(rules, task, discount, later, step)
        value = jnp.max(candidates, axis=-1)
        return value, Solution(value, jnp.argmax(candidates, axis=-1))

    return jax.lax.scan(
        backward,
        jnp.asarray(_END_OF_TRIAL),
        jnp.arange(rules.trial_steps),
        reverse=True,
    )[1]


def random_value(rules: SimpleAlchemy, task: CausalGraph, discount: float) -> TrialValue:
    """Return the exact value, at the start of a trial, of drawing every action uniformly."""

    def backward(later: TrialValue, step: Int[Array, ""]) -> tuple[TrialValue, Solution | None]:
        return jnp.mean(_action_values(rules, task, discount, later, step), axis=-1), None

    return jax.lax.scan(
        backward,
        jnp.asarray(_END_OF_TRIAL),
        jnp.arange(rules.trial_steps),
        reverse=True,
    )[0]


def _action_values(
    rules: SimpleAlchemy,
    task: CausalGraph,
    discount: float,
    later: TrialValue,
    step: Int[Array, ""],
) -> Float[Array, "potions vertex action"]:
    """Return the value of each action at a step, given the values one step later."""
    potions, vertex = (
        jnp.arange(ALL_FULL + 1)[:, None, None],
        jnp.arange(VERTICES)[:, None],
    )
    potion = jnp.arange(POTIONS)
    full = potions >> potion & 1 == 1
    dip = jax.vmap(jax.vmap(partial(next_vertex, task), (None, 0)), (0, None))  # vertex, potion
    dipped = jnp.where(full, dip(vertex[:, 0], potion), vertex)
    dips = discount * later[potions & ~(1 << potion), dipped]
    worth = jnp.asarray(
        deposit_values(Objective(rules.reward, discount), rules.trial_steps),
        later.dtype,
    )[step]
    deposit = jnp.broadcast_to(jnp.where(vertex[:, 0] == rules.goal, worth, 0.0), later.shape)
    return jnp.concatenate([discount * later[..., None], dips, deposit[..., None]], axis=-1)


def act(rules: SimpleAlchemy, solution: Solution, state: State) -> Int[Array, ""]:
    """Return the optimal action (doing nothing once the stone is in the cauldron)."""
    action = solution.action[state.time % rules.trial_steps, state.potions, state.stone]
    return jnp.where(state.in_cauldron, NO_OP, action)
