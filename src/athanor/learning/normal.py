"""A normal policy whose deviations do not depend on what is seen: what an environment clips, it clips by itself."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.environment import Box
from athanor.learning.layers import Linear, MLPEncoder
from athanor.learning.networks import Actor

LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION = -4.0, 1.0  # in half widths of the box


class Normal(eqx.Module):
    """Independent normal components."""

    mean: Float[Array, "*batch component"]
    log_deviation: Float[Array, "*batch component"]

    def sample(self, key: PRNGKeyArray) -> Float[Array, "component"]:
        """Draw an action."""
        return self.mean + jnp.exp(self.log_deviation) * jax.random.normal(key, self.mean.shape)

    def log_prob(self, action: Float[Array, "*batch component"]) -> Float[Array, "*batch"]:
        """Return - ((a - m) / s)^2 / 2 - log s - log(2 pi) / 2, summed over components."""
        standard = (action - self.mean) * jnp.exp(-self.log_deviation)
        each = -0.5 * jnp.square(standard) - self.log_deviation - 0.5 * np.log(2 * np.pi)
        return jnp.sum(each, axis=-1)

    def entropy(self) -> Float[Array, "*batch"]:
        """Return log s + log(2 pi e) / 2, summed over components."""
        return jnp.sum(self.log_deviation + 0.5 * (1 + np.log(2 * np.pi)), axis=-1)


class NormalHead(eqx.Module):
    """Means that are linear in the features, in half widths of a box from its middle; deviations are free parameters."""

    linear: Linear
    log_deviation: Float[Array, "component"]  # of half a width
    box: Box = eqx.field(static=True)

    def __init__(self, features: int, box: Box, first_log_deviation: float, key: PRNGKeyArray) -> None:
        """Draw the weights; all components start with the same deviation."""
        self.linear = Linear(features, box.size, key)
        self.log_deviation = jnp.full(box.size, first_log_deviation)
        self.box = box

    def __call__(self, features: Float[Array, "feature"]) -> Normal:
        """Return the distribution for one vector of features."""
        low, high = (jnp.array(bound, jnp.float32) for bound in self.box)
        half = (high - low) / 2
        bounded = jnp.clip(self.log_deviation, LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION)
        return Normal((low + high) / 2 + half * self.linear(features), jnp.log(half) + bounded)


def normal_actor(inputs: int, box: Box, hidden: int, first_log_deviation: float, key: PRNGKeyArray) -> Actor:
    """Return a policy without memory, two hidden layers between what is seen and a normal head."""
    first_key, second_key, head_key = jax.random.split(key, 3)
    encoder = MLPEncoder(inputs, hidden, (first_key, second_key))
    return Actor(encoder, NormalHead(hidden, box, first_log_deviation, head_key))
