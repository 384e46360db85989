"""Losses of policy and critic, one equation each, over steps of any shape.

`weight` holds what each step counts: 0 for a step that is left out, and a sum or a mean over steps is its choice.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

Steps = Float[Array, "*step"]


def mean_weight(counted: Bool[Array, "*step"]) -> Steps:
    """Return the weights of a mean over the counted steps."""
    weight = counted.astype(jnp.float32)
    return weight / jnp.maximum(jnp.sum(weight), 1.0)


def vpg_loss(log_probability_tm1: Steps, advantage_tm1: Steps, weight: Steps) -> Float[Array, ""]:
    """Return - sum weight log pi(a | s) A: its gradient is the policy gradient's estimate (Williams 1992)."""
    return -jnp.sum(weight * log_probability_tm1 * advantage_tm1)


def ppo_loss(
    log_probability_tm1: Steps, behaviour_tm1: Steps, advantage_tm1: Steps, weight: Steps, clip: float
) -> Float[Array, ""]:
    """Return - sum weight min(rho A, clip(rho, 1 - clip, 1 + clip) A) (Schulman et al. 2017, 7).

    rho = pi(a | s) / behaviour(a | s), both given as log-probabilities. Where rho = 1 it has vpg_loss's gradient.
    """
    ratio = jnp.exp(log_probability_tm1 - behaviour_tm1)
    clipped = jnp.clip(ratio, 1.0 - clip, 1.0 + clip)
    return -jnp.sum(weight * jnp.minimum(ratio * advantage_tm1, clipped * advantage_tm1))


def critic_loss(v_tm1: Steps, target_tm1: Steps, weight: Steps) -> Float[Array, ""]:
    """Return sum weight (v - target)^2; the target is a constant."""
    return jnp.sum(weight * jnp.square(v_tm1 - jax.lax.stop_gradient(target_tm1)))
