"""PEARL's belief over a task: a product of normal factors, one of each transition (Rakelly et al. 2019).

q(z | c) ∝ prod_n N(z; mean_n, variance_n): the order of transitions does not matter. The paper's text and its code differ from a
posterior in one thing: the code multiplies no prior into the product. Here that is a switch.
"""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from athanor.learning.bottleneck import Code


def product_of_normals(
    mean: Float[Array, "context component"],
    variance: Float[Array, "context component"],
    counted: Bool[Array, "context"],
    with_prior: bool = False,
) -> Code:
    """Return the normal distribution that the product of the counted factors is proportional to.

    1 / variance = sum 1 / variance_n, mean = variance · sum mean_n / variance_n; with the prior N(0, I) 1 is added to the first
    sum. Without any factor it is N(0, I) either way, which z is drawn from before anything was seen.
    """
    weight = jnp.where(counted[:, None], 1.0 / variance, 0.0)
    precision = jnp.sum(weight, axis=0) + (1.0 if with_prior else 0.0)
    precision = jnp.where(jnp.any(counted), precision, 1.0)
    return Code(jnp.sum(weight * mean, axis=0) / precision, -jnp.log(precision) / 2.0)
