"""Noise of an episode: the divergence by hand and by integration, what the policy sees of it, and when it is drawn."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning import latent_noise
from athanor.learning.latent_noise import Latent
from athanor.learning.networks import mlp_actor

ARM = jnp.array([1.0, 0.0])


@pytest.fixture
def game(bandit):
    return latent_noise.WithNoise(bandit, 2)


def test_divergence_by_hand():
    """N(1, e²): (e² + 1 − 1) / 2 − 1 = 2.6945; N(2, 1): 2; N(0, 1): 0."""
    latent = Latent(jnp.array([1.0, 2.0, 0.0]), jnp.array([1.0, 0.0, 0.0]))
    assert float(latent_noise.divergence(latent)) == pytest.approx(np.e**2 / 2 - 1 + 2, rel=1e-6)
    assert float(latent_noise.divergence(latent_noise.standard(3))) == 0


def test_divergence_is_that_of_integration():
    mean, log_deviation = 0.7, -0.4
    x = np.linspace(-12, 12, 200_001)
    density = np.exp(-(((x - mean) / np.exp(log_deviation)) ** 2) / 2 - log_deviation) / np.sqrt(2 * np.pi)
    ratio = -(((x - mean) / np.exp(log_deviation)) ** 2) / 2 - log_deviation + x**2 / 2
    found = latent_noise.divergence(Latent(jnp.array([mean]), jnp.array([log_deviation])))
    assert float(found) == pytest.approx(np.trapezoid(density * ratio, x), rel=1e-5)


def test_noise_is_one_vector_of_an_episode_and_another_of_the_next(game):
    states = [game.reset(ARM, jax.random.key(number)) for number in (0, 1)]
    after, _ = game.step(ARM, states[0], jnp.int32(0), jax.random.key(2))
    np.testing.assert_array_equal(game.observe(ARM, after)[-2:], states[0].noise)
    assert (states[0].noise != states[1].noise).all()


def test_the_space_of_observations_has_the_noise_at_its_end(game):
    low, high = game.observation
    assert low == (1.0, 1.0, -np.inf, -np.inf) and high == (1.0, 1.0, np.inf, np.inf)


def test_the_policy_sees_mean_plus_deviation_times_noise(game, key):
    """Noise (1, −1) at N(2, 1) and N(0, 4): 3 and −2."""
    policy = mlp_actor(game.observation.size, game.action, 4, key)
    latent = Latent(jnp.array([2.0, 0.0]), jnp.log(jnp.array([1.0, 2.0])))
    seen = latent_noise.with_latent(policy, latent).encoder((), jnp.array([1.0, 1.0, 1.0, -1.0]))[1]
    expected = policy.encoder((), jnp.array([1.0, 1.0, 3.0, -2.0]))[1]
    np.testing.assert_allclose(seen, expected, rtol=1e-5, atol=1e-6)


def test_noise_has_a_component(bandit):
    with pytest.raises(ValueError, match="size is 0, must be at least 1"):
        latent_noise.WithNoise(bandit, 0)
