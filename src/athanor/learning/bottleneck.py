"""The information bottleneck: a noisy layer between the memory and what reads it, and what it costs to tell more.

After Alemi et al. (2017): z ~ N(mean, deviation), both linear in the memory's features, and beta KL(q(z | history) ‖ N(0, I))
is added to the loss. With beta 0 what is told is free; with a large beta z is noise that tells nothing.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.learning.layers import Linear

LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION = -5.0, 2.0


class Code(NamedTuple):
    """A normal distribution of z with independent components."""

    mean: Float[Array, "*batch component"]
    log_deviation: Float[Array, "*batch component"]

    def sample(self, key: PRNGKeyArray) -> Float[Array, "*batch component"]:
        """Draw mean + deviation · noise: derivatives pass to mean and deviation."""
        return self.mean + jnp.exp(self.log_deviation) * jax.random.normal(key, self.mean.shape)


class Bottleneck(eqx.Module):
    """The noisy layer; the deviation starts small, so that what is read is at first nearly the mean."""

    linear: Linear
    first_log_deviation: float = eqx.field(static=True)

    def __init__(
        self, features: int, components: int, key: PRNGKeyArray, first_log_deviation: float = -2.0
    ) -> None:
        """Draw the weights."""
        self.linear = Linear(features, 2 * components, key)
        self.first_log_deviation = first_log_deviation

    def __call__(self, features: Float[Array, "*batch feature"]) -> Code:
        """Return the distribution of z."""
        mean, log_deviation = jnp.split(features @ self.linear.weight + self.linear.bias, 2, axis=-1)
        shifted = log_deviation + self.first_log_deviation
        return Code(mean, jnp.clip(shifted, LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION))


def kl_from_standard_normal(code: Code) -> Float[Array, "*batch"]:
    """Return KL(N(mean, deviation) ‖ N(0, I)) = sum (mean² + deviation² − 1) / 2 − log deviation, in nats."""
    variance = jnp.exp(2.0 * code.log_deviation)
    return jnp.sum((jnp.square(code.mean) + variance - 1.0) / 2.0 - code.log_deviation, axis=-1)


def checked_beta(beta: float) -> float:
    """Return the weight of the KL, or say in one line which there are."""
    if not 0.0 <= beta < float("inf"):
        raise ValueError(f"beta is {beta}, must be at least 0 and finite")
    return beta
