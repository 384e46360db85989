"""Gradients of sums against those of the sum itself."""

import jax
import jax.numpy as jnp
import numpy as np

from athanor.learning.gradients import summed_gradient


def test_a_summed_gradient_by_hand():
    # Sum of (2 - 1)^2, (2 - 3)^2, (2 - 5)^2, and twice the sum of the differences.
    value, gradient = summed_gradient(lambda p, x: (p - x) ** 2, jnp.float32(2.0), jnp.array([1.0, 3.0, 5.0]))
    np.testing.assert_allclose([value, gradient], [11.0, -6.0])


def test_a_summed_gradient_is_that_of_the_sum(key):
    params = {"weight": jax.random.normal(key, (3,)), "bias": jnp.float32(0.1)}
    items = jax.random.normal(key, (7, 3))

    def loss(params, item):
        return jnp.tanh(params["weight"] @ item + params["bias"])

    whole = jax.value_and_grad(lambda params: jnp.sum(jax.vmap(loss, in_axes=(None, 0))(params, items)))
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6),
        summed_gradient(loss, params, items),
        whole(params),
    )
