"""The product of normal factors: by hand, in any order, and against densities on a grid."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.pearl import product_of_normals

product = jax.jit(product_of_normals, static_argnums=3)
MEAN = jnp.array([[1.0], [4.0], [100.0]])
VARIANCE = jnp.array([[1.0], [0.5], [0.01]])
COUNTED = jnp.array([True, True, False])


@pytest.mark.parametrize(
    # Precisions 1 and 2, and 1 of the prior; weighted means 1 and 8.
    ("with_prior", "mean", "variance"),
    [(False, 3.0, 1 / 3), (True, 9 / 4, 1 / 4)],
)
def test_by_hand(with_prior, mean, variance):
    found = product(MEAN, VARIANCE, COUNTED, with_prior)
    np.testing.assert_allclose(found.mean, [mean], rtol=1e-6)
    np.testing.assert_allclose(jnp.exp(2 * found.log_deviation), [variance], rtol=1e-6)


@pytest.mark.parametrize("with_prior", [False, True])
def test_the_order_does_not_matter_and_without_factors_it_is_standard(with_prior):
    rng = np.random.default_rng(3)
    mean, variance = rng.normal(size=(3, 2)), rng.uniform(0.1, 2.0, size=(3, 2))
    counted = np.array([True, False, True])
    given = [jnp.asarray(x, jnp.float32) for x in (mean, variance)]
    found = product(*given, jnp.asarray(counted), with_prior)
    order = np.array([2, 0, 1])
    turned = product(*(x[order] for x in given), jnp.asarray(counted[order]), with_prior)
    np.testing.assert_allclose(turned.mean, found.mean, rtol=1e-5)
    np.testing.assert_allclose(turned.log_deviation, found.log_deviation, rtol=1e-5, atol=1e-6)
    nothing = product(*given, jnp.zeros(3, bool), with_prior)
    np.testing.assert_array_equal(nothing, np.zeros((2, 2)))  # mean 0, logarithm of the deviation 0


def test_against_densities_on_a_grid():
    z = np.linspace(-10, 10, 200_001)
    log_density = -((z - 1) ** 2) / 2 - (z - 4) ** 2 / (2 * 0.5) - z**2 / 2  # both factors and the prior
    density = np.exp(log_density - log_density.max())
    density /= density.sum()
    mean = density @ z
    found = product(MEAN, VARIANCE, COUNTED, True)
    assert float(found.mean[0]) == pytest.approx(mean, abs=1e-4)
    assert float(jnp.exp(2 * found.log_deviation[0])) == pytest.approx(density @ (z - mean) ** 2, abs=1e-4)
