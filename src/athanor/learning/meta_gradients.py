"""Meta-gradients of what a return is made of: discounts, or the λ of its mixture, tuned online.

Parameters θ move by an update that depends on meta-parameters η, and are judged on the experience that follows:

    θ' = f(τ, θ, η),    J(τ', θ') = Σ (G(τ') − v_θ'(s'))² with fixed meta-parameters,    η ← η − β (∂J/∂θ') z',

    z' = ∂f/∂θ z + ∂f/∂η   (full),    z' = ∂f/∂η   (truncated: what earlier η did to θ counts for nothing)

(Xu, van Hasselt and Silver 2018). z is the derivative of the parameters by the meta-parameters.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from athanor.learning.returns import discounted_returns, lambda_returns

Experience = TypeVar("Experience")
Parameters = Float[Array, "parameter"]
Meta = Float[Array, "meta"]
Update = Callable[[Parameters, Meta, Experience], Parameters]
Objective = Callable[[Parameters, Experience], Float[Array, ""]]


class MetaState(NamedTuple):
    """What is learnt, and how what is learnt depends on the meta-parameters."""

    parameters: Parameters
    meta: Meta
    trace: Float[Array, "parameter meta"]  # z


def start(parameters: Parameters, meta: Meta) -> MetaState:
    """Return a state whose parameters do not depend on the meta-parameters yet."""
    return MetaState(parameters, meta, jnp.zeros((len(parameters), len(meta))))


def moved(update: Update[Experience], state: MetaState, experience: Experience, full: bool) -> MetaState:
    """Update the parameters on an experience, and their derivative by the meta-parameters."""
    trace = state.trace if full else jnp.zeros_like(state.trace)

    def of(meta: Meta) -> tuple[Parameters, Parameters]:
        parameters = update(state.parameters + trace @ (meta - state.meta), meta, experience)
        return parameters, parameters

    derivative, parameters = jax.jacfwd(of, has_aux=True)(state.meta)
    return MetaState(parameters, state.meta, derivative)


def meta_gradient(objective: Objective[Experience], state: MetaState, following: Experience) -> Meta:
    """Return the gradient of the objective on the experience that follows: (∂J/∂θ') z'."""
    return jax.grad(objective)(state.parameters, following) @ state.trace


def value_update(
    values: Float[Array, "state"],
    discounts: Float[Array, "state"],
    rewards: Float[Array, "state"],
    rate: float,
) -> Float[Array, "state"]:
    """Move values towards returns with discounts by state, along a walk that visits each state once, in order."""
    return values + rate * (discounted_returns(rewards, discounts) - values)


def lambda_update(
    values: Float[Array, "state"],
    meta: Float[Array, "2"],
    rewards: Float[Array, "state"],
    rate: float,
) -> Float[Array, "state"]:
    """Move values towards λ-returns along such a walk; the meta-parameters are the discount and λ of all states."""
    discount, lambda_ = meta
    following = jnp.append(values[1:], 0.0)
    targets = lambda_returns(rewards, jnp.broadcast_to(discount, rewards.shape), following, lambda_)
    return values + rate * (targets - values)


def squared_error(values: Float[Array, "state"], rewards: Float[Array, "state"]) -> Float[Array, ""]:
    """Return the objective of policy evaluation: the sum of squared differences to undiscounted returns."""
    returns = discounted_returns(rewards, jnp.ones_like(rewards))
    return jnp.sum((returns - values) ** 2)
