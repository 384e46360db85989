"""The normal policy: densities by hand, entropy, and deviations that nothing seen changes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from athanor.environment import Box
from athanor.learning.normal import LEAST_LOG_DEVIATION, Normal, NormalHead, normal_actor

BOX = Box((-0.1, 1.0), (0.1, 4.0))  # half widths 0.1 and 1.5, middles 0 and 2.5


def test_density_and_entropy_by_hand():
    """At one deviation from the mean: exp(−1/2) / (s √(2π)) for each component."""
    policy = Normal(jnp.array([0.0, 2.0]), jnp.log(jnp.array([0.5, 2.0])))
    found = policy.log_prob(jnp.array([0.5, 4.0]))
    np.testing.assert_allclose(found, -1.0 - np.log(2 * np.pi), rtol=1e-6)
    entropy = sum(scipy.stats.norm(scale=s).entropy() for s in (0.5, 2.0))
    np.testing.assert_allclose(policy.entropy(), entropy, rtol=1e-6)


def test_means_are_in_half_widths_from_the_middle_and_deviations_free(key):
    head = NormalHead(3, BOX, -1.0, key)
    nothing, something = head(jnp.zeros(3)), head(jnp.ones(3))
    np.testing.assert_allclose(
        nothing.mean, np.array([0.0, 2.5]) + np.array([0.1, 1.5]) * np.asarray(head.linear.bias), rtol=1e-5
    )
    np.testing.assert_allclose(nothing.log_deviation, np.log([0.1, 1.5]) - 1.0, rtol=1e-5)
    np.testing.assert_array_equal(nothing.log_deviation, something.log_deviation)
    assert (nothing.mean != something.mean).all()


def test_deviations_stay_within_bounds(key):
    head = NormalHead(3, BOX, LEAST_LOG_DEVIATION - 5.0, key)
    np.testing.assert_allclose(
        head(jnp.zeros(3)).log_deviation, np.log([0.1, 1.5]) + LEAST_LOG_DEVIATION, rtol=1e-5
    )


def test_what_is_drawn_has_mean_and_deviation(key):
    actor = normal_actor(2, BOX, 4, 0.0, key)
    policy = actor.head(actor.encoder((), jnp.array([0.3, -0.2]))[1])
    drawn = np.asarray(jax.vmap(policy.sample)(jax.random.split(key, 4000)))
    error = np.exp(np.asarray(policy.log_deviation)) / np.sqrt(4000)
    assert (abs(drawn.mean(axis=0) - np.asarray(policy.mean)) < 4 * error).all()
    assert drawn.std(axis=0) == pytest.approx([0.1, 1.5], rel=0.06)
