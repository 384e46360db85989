"""MAESN: the divergence by hand, what the inner loop moves and how far, and what the weight of the divergence does."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning import maesn
from athanor.learning.adaptation import Problem
from athanor.learning.networks import mlp_actor, mlp_critic
from athanor.learning.policy_gradient import PolicyGradient, problem

ARMS = jnp.array([[1.0, 0.0], [0.0, 1.0]])
GRADIENT = PolicyGradient(trajectories=4, baseline="none", average=True)


def actor(environment, key):
    return mlp_actor(environment.observation.size, environment.action, 4, key)


@pytest.fixture
def game(bandit):
    return maesn.WithNoise(bandit, 2)


def learner(game, **settings):
    played = problem(GRADIENT, game, mlp_critic(4, 1, jax.random.key(0)))
    rate = optax.adam(0.05)
    return maesn.maesn_learner(maesn.MAESN(2, 2, **settings), played, lambda key: actor(game, key), rate)


def test_divergence_by_hand():
    """N(1, e²): (e² + 1 − 1) / 2 − 1 = 2.6945; N(2, 1): 2; N(0, 1): 0."""
    latent = maesn.Latent(jnp.array([1.0, 2.0, 0.0]), jnp.array([1.0, 0.0, 0.0]))
    assert maesn.divergence(latent) == pytest.approx(np.e**2 / 2 - 1 + 2, rel=1e-6)
    assert maesn.divergence(maesn.standard(3)) == 0


def test_divergence_is_that_of_integration():
    mean, log_deviation = 0.7, -0.4
    x = np.linspace(-12, 12, 200_001)
    density = np.exp(-(((x - mean) / np.exp(log_deviation)) ** 2) / 2 - log_deviation) / np.sqrt(2 * np.pi)
    ratio = -(((x - mean) / np.exp(log_deviation)) ** 2) / 2 - log_deviation + x**2 / 2
    found = maesn.divergence(maesn.Latent(jnp.array([mean]), jnp.array([log_deviation])))
    assert found == pytest.approx(np.trapezoid(density * ratio, x), rel=1e-5)


def test_noise_is_one_vector_of_an_episode_and_another_of_the_next(game):
    states = [game.reset(ARMS[0], jax.random.key(number)) for number in (0, 1)]
    after, _ = game.step(ARMS[0], states[0], jnp.int32(0), jax.random.key(2))
    np.testing.assert_array_equal(game.observe(ARMS[0], after)[-2:], states[0].noise)
    assert (states[0].noise != states[1].noise).all()


def test_the_policy_sees_mean_plus_deviation_times_noise(game):
    """Noise (1, −1) at N(2, 1) and N(0, 4): 3 and −2."""
    policy = actor(game, jax.random.key(0))
    latent = maesn.Latent(jnp.array([2.0, 0.0]), jnp.log(jnp.array([1.0, 2.0])))
    seen = maesn.with_latent(policy, latent).encoder((), jnp.array([1.0, 1.0, 1.0, -1.0]))[1]
    np.testing.assert_allclose(
        seen, policy.encoder((), jnp.array([1.0, 1.0, 3.0, -2.0]))[1], rtol=1e-5, atol=1e-6
    )


def test_an_inner_step_by_hand(game):
    """Of the loss 3 mean + log_deviation², at rates 0.5 and 0.1: 1 − 1.5, and 2 − 0.4."""
    policy = actor(game, jax.random.key(0))
    rates = maesn.Latent(jnp.log(jnp.array([0.5])), jnp.log(jnp.array([0.1])))
    params = maesn.Structured(policy, rates, maesn.standard(1, 1))

    def loss(noisy, batch):
        return 3 * noisy.encoder.latent.mean[0] + noisy.encoder.latent.log_deviation[0] ** 2

    moved = maesn.inner_update(
        Problem(lambda *_: None, loss), params, maesn.Latent(jnp.ones(1), 2 * jnp.ones(1)), None
    )
    assert moved.mean[0] == pytest.approx(-0.5) and moved.log_deviation[0] == pytest.approx(1.6)


def test_the_inner_loop_moves_the_distribution_and_not_the_policy(game):
    """Batches of all inner steps are of one policy: what it does with a latent vector is the same before and after."""
    played = problem(GRADIENT, game, mlp_critic(4, 1, jax.random.key(0)))
    params = maesn.first_params(maesn.MAESN(2, 2), actor(game, jax.random.key(1)))
    seen = jax.jit(lambda key: maesn.adapt(played, 2, params, maesn.standard(2), ARMS[0], key))(
        jax.random.key(2)
    )
    assert (seen.latent.mean != 0).any() and (seen.latent.log_deviation != 0).any()
    policy = maesn.with_latent(params.policy, seen.latent)
    batch = seen.query
    features = jax.vmap(lambda observation: policy.encoder((), observation)[1])(batch.observation[:, 0])
    chosen = jax.vmap(lambda f, action: params.policy.head(f).log_prob(action))(features, batch.action[:, 0])
    np.testing.assert_allclose(chosen, batch.behaviour[:, 0], rtol=1e-4, atol=1e-5)


def test_the_outer_gradient_of_the_rates_is_that_of_finite_differences(game):
    played = problem(GRADIENT, game, mlp_critic(4, 1, jax.random.key(0)))
    params = maesn.first_params(maesn.MAESN(2, 2), actor(game, jax.random.key(3)))
    state = maesn.StructuredState(params, None)
    seen = learner(game).collect(state, ARMS, jax.random.key(4))

    def loss(rate):
        moved = params._replace(log_rate=maesn.Latent(jnp.full(2, rate), params.log_rate.log_deviation))
        return maesn.outer_loss(played, 0.1, moved, seen)

    slope = jax.jit(jax.grad(loss))(0.5)
    between = (jax.jit(loss)(0.52) - jax.jit(loss)(0.48)) / 0.04
    assert slope == pytest.approx(between, rel=2e-2, abs=2e-4)


def test_a_large_weight_keeps_the_distributions_at_the_prior(game):
    found = {}
    for weight in (0.0, 100.0):
        of_weight = learner(game, weight=weight)
        state = of_weight.init(jax.random.key(5))
        apart = maesn.Latent(jnp.ones((2, 2)), jnp.full((2, 2), -0.5))
        state = state._replace(params=state.params._replace(latents=apart))
        learn = jax.jit(of_weight.learn)
        for number in range(60):
            state, _ = learn(state, ARMS, jax.random.key(number))
        found[weight] = float(jnp.mean(jax.vmap(maesn.divergence)(state.params.latents)))
    assert found[100.0] < 0.03 < 0.3 < found[0.0]


def test_settings_out_of_range_are_named():
    with pytest.raises(ValueError, match=r"weight is -1\.0, must be at least 0 and finite"):
        maesn.MAESN(2, weight=-1.0)
    with pytest.raises(ValueError, match="tasks is 0, must be at least 1"):
        maesn.MAESN(0)
