"""Heads of policies: what turns features into a distribution over actions.

A distribution has `sample`, `log_prob` and `entropy`, over any batch axes but that `sample` is for one.
"""

from typing import Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Space
from athanor.learning.layers import Linear

LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION = -5.0, 2.0  # before squashing
INSIDE = 1e-6  # how far from its bounds an action is taken to be, of half their distance
NODES = 32  # of the quadrature for the entropy


@runtime_checkable
class Distribution(Protocol):
    """A distribution over actions."""

    def sample(self, key: PRNGKeyArray) -> Array:
        """Draw an action."""

    def log_prob(self, action: Array) -> Float[Array, "*batch"]:
        """Return the log-probability of actions, or the logarithm of their density."""

    def entropy(self) -> Float[Array, "*batch"]:
        """Return the entropy, in nats."""


@runtime_checkable
class Head(Protocol):
    """What turns features into a distribution."""

    def __call__(self, features: Float[Array, "feature"]) -> Distribution:
        """Return the distribution for one vector of features."""


class Categorical(eqx.Module):
    """A distribution over whole numbers."""

    logits: Float[Array, "*batch action"]

    def sample(self, key: PRNGKeyArray) -> Int[Array, ""]:
        """Draw an action by inverting the cumulative distribution: one random number, where Gumbel noise takes many."""
        cumulative = jnp.cumsum(jax.nn.softmax(self.logits))
        chance = jax.random.uniform(key) * cumulative[-1]
        return jnp.sum(chance >= cumulative, dtype=jnp.int32)

    def log_prob(self, action: Int[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Return the log-probability of actions.

        As a product with one-hot vectors: its derivatives are elementwise, where those of an index are scatters.
        """
        chosen = jax.nn.one_hot(action, self.logits.shape[-1], dtype=self.logits.dtype)
        return jnp.sum(jax.nn.log_softmax(self.logits) * chosen, axis=-1)

    def entropy(self) -> Float[Array, "*batch"]:
        """Return - sum p log p."""
        log_probabilities = jax.nn.log_softmax(self.logits)
        return -jnp.sum(jnp.exp(log_probabilities) * log_probabilities, axis=-1)


class SquashedNormal(eqx.Module):
    """Independent components a = m + h tanh(u), u normal, with m the middle of a box and h half its width."""

    mean: Float[Array, "*batch component"]  # of u
    log_deviation: Float[Array, "*batch component"]  # of u
    box: Box = eqx.field(static=True)

    def sample(self, key: PRNGKeyArray) -> Float[Array, "component"]:
        """Draw an action."""
        middle, half = self._scales()
        noise = jax.random.normal(key, self.mean.shape)
        return middle + half * jnp.tanh(self.mean + jnp.exp(self.log_deviation) * noise)

    def log_prob(self, action: Float[Array, "*batch component"]) -> Float[Array, "*batch"]:
        """Return log N(u) - log h - log(1 - tanh(u)^2), summed over components."""
        middle, half = self._scales()
        u = jnp.arctanh(jnp.clip((action - middle) / half, -1.0 + INSIDE, 1.0 - INSIDE))
        standard = (u - self.mean) * jnp.exp(-self.log_deviation)
        normal = -0.5 * jnp.square(standard) - self.log_deviation - 0.5 * np.log(2 * np.pi)
        return jnp.sum(normal - jnp.log(half) - log_slope(u), axis=-1)

    def entropy(self) -> Float[Array, "*batch"]:
        """Return that of the normal, log h and the mean of log(1 - tanh(u)^2), by Gauss-Hermite quadrature."""
        _, half = self._scales()
        nodes, weights = (
            jnp.asarray(each, jnp.float32) for each in np.polynomial.hermite_e.hermegauss(NODES)
        )
        u = self.mean[..., None] + jnp.exp(self.log_deviation)[..., None] * nodes
        slope = log_slope(u) @ (weights / jnp.sum(weights))
        normal = self.log_deviation + 0.5 * (1 + np.log(2 * np.pi))
        return jnp.sum(normal + jnp.log(half) + slope, axis=-1)

    def _scales(self) -> tuple[Float[Array, "component"], Float[Array, "component"]]:
        low, high = (jnp.array(bound, jnp.float32) for bound in self.box)
        return (low + high) / 2, (high - low) / 2


def log_slope(u: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
    """Return log(1 - tanh(u)^2) = 2 (log 2 - u - log(1 + exp(-2 u))), which does not overflow."""
    return 2.0 * (np.log(2.0) - u - jax.nn.softplus(-2.0 * u))


class CategoricalHead(eqx.Module):
    """Logits that are linear in the features."""

    linear: Linear

    def __init__(self, features: int, actions: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        self.linear = Linear(features, actions, key)

    def __call__(self, features: Float[Array, "feature"]) -> Categorical:
        """Return the distribution for one vector of features."""
        return Categorical(self.linear(features))


class SquashedNormalHead(eqx.Module):
    """Means and logarithms of deviations that are linear in the features, the latter within bounds."""

    linear: Linear
    box: Box = eqx.field(static=True)

    def __init__(self, features: int, box: Box, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        self.linear = Linear(features, 2 * box.size, key)
        self.box = box

    def __call__(self, features: Float[Array, "feature"]) -> SquashedNormal:
        """Return the distribution for one vector of features."""
        mean, log_deviation = jnp.split(self.linear(features), 2)
        bounded = jnp.clip(log_deviation, LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION)
        return SquashedNormal(mean, bounded, self.box)


def policy_head(space: Space, features: int, key: PRNGKeyArray) -> Head:
    """Return the head for a space of actions."""
    if isinstance(space, Discrete):
        return CategoricalHead(features, space.n, key)
    return SquashedNormalHead(features, space, key)
