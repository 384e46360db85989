"""Baselines: what they can represent they fit, and padding does not matter."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

from athanor.learning import baselines
from athanor.learning.baselines import fit_critic
from athanor.learning.networks import evaluate, mlp_critic

linear_baseline = jax.jit(baselines.linear_baseline)


def test_linear_baseline_recovers_a_function_of_its_features(key):
    observation = 10.0 * jax.random.uniform(key, (3, 20, 2))
    gone = jnp.broadcast_to(jnp.arange(20) / 20, (3, 20))
    target = 3.0 + 2.0 * observation[..., 0] - observation[..., 1] ** 2 + 40.0 * gone**3
    fit = linear_baseline(observation, target, jnp.ones((3, 20), bool))
    assert jnp.mean(jnp.square(fit - target)) < 1e-3 * jnp.var(target)


def test_linear_baseline_does_not_see_invalid_steps(key):
    observation, target = jax.random.normal(key, (2, 9, 2)), jax.random.normal(key, (2, 9))
    valid = jnp.broadcast_to(jnp.arange(9) < 6, (2, 9))
    fit = linear_baseline(observation, target, valid)
    other = linear_baseline(
        jnp.where(valid[..., None], observation, 1e3), jnp.where(valid, target, -1e3), valid
    )
    np.testing.assert_allclose(fit[:, :6], other[:, :6], rtol=1e-4, atol=1e-4)


def test_linear_baseline_of_a_constant_is_the_constant(key):
    fit = linear_baseline(jnp.ones((2, 5, 3)), jnp.full((2, 5), -7.0), jnp.ones((2, 5), bool))
    np.testing.assert_allclose(fit, -7.0, rtol=1e-5)


def test_critic_approaches_its_targets_and_does_not_see_invalid_steps(key):
    critic = mlp_critic(2, 16, key)
    observation, optimiser = jax.random.normal(key, (6, 4, 2)), optax.adam(1e-2)
    target, valid = observation[..., 0] + 1.0, jnp.arange(4) < 3
    valid = jnp.broadcast_to(valid, (6, 4))
    start = jnp.zeros((6, 4), bool)

    def fit(target):
        return fit_critic(optimiser, 200, critic, optimiser.init(critic), observation, target, valid, start)[
            0
        ]

    def error(critic):
        return jnp.mean(jnp.square(evaluate(critic, observation, start) - target), where=valid)

    fitted = fit(target)
    assert error(fitted) < 0.02 * error(critic)
    unseen = fit(jnp.where(valid, target, 1e6))
    jax.tree.map(np.testing.assert_array_equal, fitted, unseen)
