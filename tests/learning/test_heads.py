"""Distributions over actions: by hand, as densities, and as what is drawn from them."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.integrate

from athanor.environment import Box, Discrete
from athanor.learning.heads import Categorical, SquashedNormal, policy_head

LOGITS = jnp.log(jnp.array([[0.25, 0.75], [0.5, 0.5]]))
BOX = Box((-2.0, 0.0), (4.0, 1.0))


def squashed(mean, deviation):
    return SquashedNormal(jnp.array(mean, jnp.float32), jnp.log(jnp.array(deviation, jnp.float32)), BOX)


def test_log_probability_by_hand():
    found = Categorical(LOGITS).log_prob(jnp.array([1, 0]))
    np.testing.assert_allclose(found, np.log([0.75, 0.5]), rtol=1e-6)
    shifted = Categorical(LOGITS + 30.0).log_prob(jnp.array([1, 0]))
    np.testing.assert_allclose(shifted, found, rtol=1e-5)


def test_entropy_by_hand():
    np.testing.assert_allclose(Categorical(jnp.zeros((3, 8))).entropy(), np.log(8), rtol=1e-6)
    np.testing.assert_allclose(Categorical(jnp.array([50.0, 0.0])).entropy(), 0.0, atol=1e-6)


def test_the_density_of_a_squashed_normal_by_hand():
    """At u = 0 the slope is 1: the density is N(0)^2 over the half widths, 3 and 0.5."""
    found = squashed([0.0, 0.0], [1.0, 2.0]).log_prob(jnp.array([1.0, 0.5]))
    expected = np.log(1 / np.sqrt(2 * np.pi) / 3) + np.log(1 / np.sqrt(2 * np.pi) / 2 / 0.5)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (-1.5, 0.3), (0.7, 1.6)])
def test_a_squashed_normal_is_a_density_whose_entropy_is_its_own(mean, deviation):
    single = SquashedNormal(jnp.array([mean]), jnp.log(jnp.array([deviation])), Box((-2.0,), (4.0,)))
    grid = np.linspace(-2, 4, 200_001)[1:-1]
    log_density = np.asarray(jax.vmap(single.log_prob)(jnp.asarray(grid, jnp.float32)[:, None]), float)
    density = np.exp(log_density)
    assert scipy.integrate.trapezoid(density, grid) == pytest.approx(1.0, abs=2e-3)
    entropy = -scipy.integrate.trapezoid(density * log_density, grid)
    assert float(single.entropy()) == pytest.approx(entropy, abs=5e-3)


def test_what_is_drawn_lies_in_the_box_and_has_the_entropy(key):
    policy = squashed([0.4, -0.8], [0.7, 1.1])
    drawn = jax.jit(jax.vmap(policy.sample))(jax.random.split(key, 20_000))
    assert ((drawn >= jnp.array(BOX.low)) & (drawn <= jnp.array(BOX.high))).all()
    surprise = -np.asarray(jax.vmap(policy.log_prob)(drawn))
    error = surprise.std() / np.sqrt(len(surprise))
    assert abs(surprise.mean() - float(policy.entropy())) < 4 * error


@pytest.mark.parametrize(("space", "shape"), [(Discrete(3), ()), (BOX, (2,))], ids=["discrete", "box"])
def test_a_head_gives_finite_gradients_for_its_space(space, shape, key):
    head, features = policy_head(space, 4, key), jnp.linspace(-1.0, 1.0, 4)
    action = head(features).sample(key)
    assert action.shape == shape
    gradient = eqx.filter_grad(lambda head: head(features).log_prob(action) + head(features).entropy())(head)
    assert all(jnp.isfinite(leaf).all() and jnp.any(leaf != 0) for leaf in jax.tree.leaves(gradient))
    edge = jnp.asarray(getattr(space, "high", 2), jnp.float32 if shape else jnp.int32)
    assert jnp.isfinite(head(features).log_prob(edge))
