"""Forms of a posterior over tasks, and how far what is believed lies from what is exact.

A posterior is a vector of numbers. A network gives parameters, of which each form makes such a vector; the divergence
KL(exact || believed) is the supervised loss − log b(h | history) less the posterior's entropy, averaged over the tasks h
that the history allows: it has the same least point, and what is drawn there is averaged here.
"""

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import betaln, digamma
from jaxtyping import Array, Float

LEAST_PROBABILITY = 1e-30  # below which a hypothesis is not believed any less
LEAST_COUNT = 1e-3  # of a beta distribution that is believed
BITS = 1 / math.log(2)  # in a nat


@runtime_checkable
class Posterior(Protocol):
    """A form of posterior."""

    @property
    def size(self) -> int:
        """Return how many numbers a posterior is."""

    @property
    def parameters(self) -> int:
        """Return how many numbers a network gives."""

    def believed(self, parameters: Float[Array, "parameter"]) -> Float[Array, "number"]:
        """Return the posterior that the parameters stand for."""

    def divergence(self, exact: Float[Array, "number"], believed: Float[Array, "number"]) -> Float[Array, ""]:
        """Return KL(exact || believed), in nats."""


@dataclass(frozen=True)
class Hypotheses:
    """The probability of each of several hypotheses: the softmax of logits, which sum over what a hypothesis is made of."""

    size: int
    made_of: Float[np.ndarray, "hypothesis parameter"] | None = None  # None: each has a logit of its own

    @property
    def parameters(self) -> int:
        """Return how many numbers a network gives."""
        return self.size if self.made_of is None else self.made_of.shape[1]

    def believed(self, parameters: Float[Array, "parameter"]) -> Float[Array, "hypothesis"]:
        """Return the probabilities."""
        return jax.nn.softmax(parameters if self.made_of is None else jnp.asarray(self.made_of) @ parameters)

    def divergence(
        self, exact: Float[Array, "hypothesis"], believed: Float[Array, "hypothesis"]
    ) -> Float[Array, ""]:
        """Return Σ p log(p / q), in nats."""
        possible = exact > 0
        ratio = jnp.log(jnp.where(possible, exact, 1.0)) - jnp.log(jnp.maximum(believed, LEAST_PROBABILITY))
        return jnp.sum(jnp.where(possible, exact * ratio, 0.0))


@dataclass(frozen=True)
class Betas:
    """Independent chances with beta distributions: all first counts, then all second ones."""

    chances: int

    @property
    def size(self) -> int:
        """Return how many numbers a posterior is."""
        return 2 * self.chances

    @property
    def parameters(self) -> int:
        """Return how many numbers a network gives."""
        return self.size

    def believed(self, parameters: Float[Array, "count"]) -> Float[Array, "count"]:
        """Return counts above 0; parameters of 0 are nearly uniform distributions."""
        return jax.nn.softplus(parameters + math.log(math.e - 1)) + LEAST_COUNT

    def divergence(self, exact: Float[Array, "count"], believed: Float[Array, "count"]) -> Float[Array, ""]:
        """Return Σ KL(Beta(a, b) || Beta(c, d)), in nats.

        Each is log B(c, d) − log B(a, b) + (a − c) ψ(a) + (b − d) ψ(b) + (c − a + d − b) ψ(a + b).
        """
        a, b = jnp.split(exact, 2)
        c, d = jnp.split(believed, 2)
        moments = (a - c) * digamma(a) + (b - d) * digamma(b) + (c - a + d - b) * digamma(a + b)
        return jnp.sum(betaln(c, d) - betaln(a, b) + moments)
