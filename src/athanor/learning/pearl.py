"""PEARL's belief over a task: a product of normal factors, one of each transition (Rakelly et al. 2019).

q(z | c) ∝ prod_n N(z; mean_n, variance_n): the order of transitions does not matter. The paper's text and its code differ from a
posterior in one thing: the code multiplies no prior into the product. Here that is a switch.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from athanor.learning.bottleneck import Code


class Evidence(NamedTuple):
    """All that a product of normal factors depends on: sums over the factors."""

    precision: Float[Array, "component"]  # of 1 / variance_n
    weighted: Float[Array, "component"]  # of mean_n / variance_n


def no_evidence(components: int) -> Evidence:
    """Return the sums of no factor."""
    return Evidence(jnp.zeros(components), jnp.zeros(components))


def with_factor(
    evidence: Evidence,
    mean: Float[Array, "component"],
    variance: Float[Array, "component"],
    counted: Bool[Array, ""],
) -> Evidence:
    """Return the sums with one more factor, if it is counted."""
    weight = jnp.where(counted, 1.0 / variance, 0.0)
    return Evidence(evidence.precision + weight, evidence.weighted + weight * mean)


def product_of_normals(
    mean: Float[Array, "context component"],
    variance: Float[Array, "context component"],
    counted: Bool[Array, "context"],
    with_prior: bool = False,
) -> Code:
    """Return the normal distribution that the product of the counted factors is proportional to."""
    weight = jnp.where(counted[:, None], 1.0 / variance, 0.0)
    return product(Evidence(jnp.sum(weight, axis=0), jnp.sum(weight * mean, axis=0)), with_prior)


def product(evidence: Evidence, with_prior: bool = False) -> Code:
    """Return the normal distribution that the product of factors is proportional to, given their sums.

    1 / variance = sum 1 / variance_n, mean = variance · sum mean_n / variance_n; with the prior N(0, I) 1 is added to the first
    sum. Without any factor it is N(0, I) either way, which z is drawn from before anything was seen.
    """
    precision = evidence.precision + (1.0 if with_prior else 0.0)
    precision = jnp.where(evidence.precision > 0, precision, 1.0)
    return Code(evidence.weighted / precision, -jnp.log(precision) / 2.0)
