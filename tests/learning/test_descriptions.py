"""Losses of descriptions by hand, their order, and that they are least where the posterior is told."""

from math import log, pi

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.descriptions import Class, Description, Flags, Numbers


def test_a_class_by_hand() -> None:
    logits = jnp.array([log(3.0), 0.0])  # probabilities 3/4 and 1/4
    assert float(Class(2).loss(logits, jnp.array([1.0, 0.0]))) == pytest.approx(log(4 / 3))
    assert float(Class(2).loss(logits, jnp.array([0.0, 1.0]))) == pytest.approx(log(4))
    np.testing.assert_allclose(Class(2).outputs(logits), [0.75, 0.25], rtol=1e-6)


def test_flags_by_hand() -> None:
    odds = jnp.array([log(3.0), 0.0])  # probabilities 3/4 and 1/2
    assert float(Flags(2).loss(odds, jnp.array([1.0, 0.0]))) == pytest.approx(log(4 / 3) + log(2))
    assert float(Flags(2).loss(odds, jnp.array([0.0, 1.0]))) == pytest.approx(log(4) + log(2))
    np.testing.assert_allclose(Flags(2).outputs(odds), [0.75, 0.5], rtol=1e-6)


def test_numbers_by_hand() -> None:
    """Means 1 and 0, deviations 1 and 2: at 3 and 4 both are two deviations off."""
    told = jnp.array([1.0, 0.0, 0.0, log(2.0)])
    found = float(Numbers(2).loss(told, jnp.array([3.0, 4.0])))
    assert found == pytest.approx(2 + 2 + log(2) + log(2 * pi), rel=1e-6)
    np.testing.assert_allclose(Numbers(2).outputs(told), [1, 0, 1, 2], rtol=1e-6)


def test_segments_follow_each_other() -> None:
    description = Description((Class(2), Numbers(1), Flags(1)))
    assert (description.size, description.parameters) == (4, 5)
    parameters = jnp.array([log(3.0), 0.0, 1.0, 0.0, log(3.0)])
    h = jnp.array([1.0, 0.0, 3.0, 1.0])
    expected = log(4 / 3) + 2 + 0.5 * log(2 * pi) + log(4 / 3)
    assert float(description.loss(parameters, h)) == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(description.outputs(parameters), [0.75, 0.25, 1, 1, 0.75], rtol=1e-6)


def test_the_mean_loss_is_least_where_the_posterior_is_told() -> None:
    """Of a class drawn with probabilities p, the gradient of Σ p loss is 0 at log p, and is not elsewhere."""
    p = jnp.array([0.2, 0.5, 0.3])

    def mean_loss(logits):
        return p @ jax.vmap(lambda h: Class(3).loss(logits, h))(jnp.eye(3))

    gradient = jax.grad(mean_loss)
    np.testing.assert_allclose(gradient(jnp.log(p)), 0.0, atol=1e-6)
    assert float(jnp.abs(gradient(jnp.zeros(3))).max()) > 0.1
