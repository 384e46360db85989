"""What a belief network says of a task: a distribution for each segment of the task's description, and their losses.

A segment is a class of several (as zeros and a 1), some flags that may each be set, or some real numbers. The network's
last layer gives the parameters of all of them in one vector. Segments are taken as independent: their losses add up to
− log b(h | history), whose mean is least where every segment has its posterior (Humplik et al. 2019).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION = -4.0, 2.0  # of a real number


@dataclass(frozen=True)
class Class:
    """One of `size` classes; its parameters are logits."""

    size: int

    @property
    def parameters(self) -> int:
        """Return the number of parameters."""
        return self.size

    def loss(self, parameters: Float[Array, "size"], h: Float[Array, "size"]) -> Float[Array, ""]:
        """Return − log of the probability of the class."""
        return -jnp.sum(h * jax.nn.log_softmax(parameters))

    def outputs(self, parameters: Float[Array, "size"]) -> Float[Array, "size"]:
        """Return the probabilities."""
        return jax.nn.softmax(parameters)


@dataclass(frozen=True)
class Flags:
    """Independent flags, 0 or 1; their parameters are log-odds."""

    size: int

    @property
    def parameters(self) -> int:
        """Return the number of parameters."""
        return self.size

    def loss(self, parameters: Float[Array, "size"], h: Float[Array, "size"]) -> Float[Array, ""]:
        """Return − Σ log of each flag's probability, log(1 + exp(l)) − h l."""
        return jnp.sum(jax.nn.softplus(parameters) - h * parameters)

    def outputs(self, parameters: Float[Array, "size"]) -> Float[Array, "size"]:
        """Return the probability that each is set."""
        return jax.nn.sigmoid(parameters)


@dataclass(frozen=True)
class Numbers:
    """Independent real numbers, normally distributed; their parameters are means, then logarithms of deviations."""

    size: int

    @property
    def parameters(self) -> int:
        """Return the number of parameters."""
        return 2 * self.size

    def loss(self, parameters: Float[Array, "two_size"], h: Float[Array, "size"]) -> Float[Array, ""]:
        """Return − log N(h): Σ ((h − m) / s)² / 2 + log s + log(2 π) / 2."""
        mean, log_deviation = self._moments(parameters)
        standard = (h - mean) * jnp.exp(-log_deviation)
        return jnp.sum(0.5 * jnp.square(standard) + log_deviation + 0.5 * math.log(2 * math.pi))

    def outputs(self, parameters: Float[Array, "two_size"]) -> Float[Array, "two_size"]:
        """Return means, then deviations."""
        mean, log_deviation = self._moments(parameters)
        return jnp.concatenate([mean, jnp.exp(log_deviation)])

    def _moments(
        self, parameters: Float[Array, "two_size"]
    ) -> tuple[Float[Array, "size"], Float[Array, "size"]]:
        mean, log_deviation = jnp.split(parameters, 2)
        return mean, jnp.clip(log_deviation, LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION)


Segment: TypeAlias = Class | Flags | Numbers


@dataclass(frozen=True)
class Description:
    """The segments of a description, in their order."""

    segments: tuple[Segment, ...]

    @property
    def size(self) -> int:
        """Return the length of a description."""
        return sum(segment.size for segment in self.segments)

    @property
    def parameters(self) -> int:
        """Return the number of parameters of a belief."""
        return sum(segment.parameters for segment in self.segments)

    def loss(self, parameters: Float[Array, "parameter"], h: Float[Array, "description"]) -> Float[Array, ""]:
        """Return − log b(h), in nats."""
        parts = self._parts(parameters, h)
        return sum((segment.loss(own, told) for segment, own, told in parts), jnp.float32(0.0))

    def outputs(self, parameters: Float[Array, "parameter"]) -> Float[Array, "parameter"]:
        """Return the parameters as what they mean: probabilities, means and deviations."""
        parts = self._parts(parameters, jnp.zeros(self.size))
        return jnp.concatenate([segment.outputs(own) for segment, own, _ in parts])

    def _parts(self, parameters: Array, h: Array) -> Iterator[tuple[Segment, Array, Array]]:
        """Yield each segment with its parameters and its part of a description."""
        at, told = 0, 0
        for segment in self.segments:
            yield segment, parameters[at : at + segment.parameters], h[told : told + segment.size]
            at, told = at + segment.parameters, told + segment.size
