"""MAESN: steps and gradients by hand, the outer gradient beside finite differences, and a bandit that is learnt."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.flatten_util import ravel_pytree

from athanor.environment import Discrete
from athanor.learning import maesn
from athanor.learning.adaptation import Problem
from athanor.learning.heads import policy_head
from athanor.learning.latent_noise import Latent, WithNoise, standard, with_latent
from athanor.learning.layers import Linear
from athanor.learning.networks import Actor, act, evaluate, mlp_actor, mlp_critic
from athanor.learning.policy_gradient import Batch, PolicyGradient, policy_loss, problem
from athanor.learning.training import begin, train

from .conftest import Bandit

ARMS = jnp.array([[1.0, 0.0], [0.0, 1.0]])
GRADIENT = PolicyGradient(trajectories=8, baseline="none", normalise=True, average=True)


class Smooth(eqx.Module):
    """An encoder without corners: of rectified units, finite differences may meet some."""

    layer: Linear

    def start(self):
        return ()

    def __call__(self, memory, observation):
        return memory, jnp.tanh(self.layer(observation))


def smooth_policy(key):
    """Return a policy on one observed number and two components of noise."""
    encoder_key, head_key = jax.random.split(key)
    return Actor(Smooth(Linear(3, 3, encoder_key)), policy_head(Discrete(2), 3, head_key))


# Of half the squared distance of a distribution's mean to the batch, and the square of its log-deviation.
QUADRATIC = Problem(
    sample=lambda *_: None,
    loss=lambda noisy, batch: (
        jnp.sum(jnp.square(noisy.encoder.latent.mean - batch)) / 2
        + jnp.sum(jnp.square(noisy.encoder.latent.log_deviation))
    ),
)


def quadratic_params(key):
    rates = Latent(jnp.log(jnp.array([0.5])), jnp.log(jnp.array([0.1])))
    return maesn.Structured(smooth_policy(key), rates, Latent(jnp.array([[3.0]]), jnp.array([[2.0]])))


def test_an_inner_step_by_hand(key):
    """From mean 3 to the batch 1 at rate 0.5: 3 − 0.5 · 2 = 2. From log-deviation 2 at rate 0.1: 2 − 0.1 · 4 = 1.6."""
    params = quadratic_params(key)
    latent = jax.tree.map(lambda leaf: leaf[0], params.latents)
    moved = maesn.inner_update(QUADRATIC, params, latent, jnp.float32(1.0))
    assert float(moved.mean[0]) == pytest.approx(2.0)
    assert float(moved.log_deviation[0]) == pytest.approx(1.6)


def test_the_outer_loss_and_its_gradient_by_hand(key):
    """With mean m = 3, batches 1, rate r = 0.5 and weight w = 0.25, the means part of the loss is

    (1 − r)² (m − 1)² / 2 + w m² / 2: derivative (1 − r)² (m − 1) + w m = 0.5 + 0.75 in m, and in log r
    −r (1 − r) (m − 1)² = −1. That of the log-deviation l = 2 at rate 0.1: (0.8 l)² = 2.56, derivative in log of the rate
    2 · 1.6 · (−0.1 · 4) = −1.28; and w (e⁴ − 1) / 2 − w l of divergence.
    """
    seen = maesn.Adapted(standard(1, 1), jnp.ones((1, 1)), jnp.ones(1))
    loss, slope = jax.value_and_grad(lambda params: maesn.outer_loss(QUADRATIC, 0.25, params, seen))(
        quadratic_params(key)
    )
    divergence_by_hand = (9.0 + np.exp(4.0) - 1.0) / 2 - 2.0
    assert float(loss) == pytest.approx(0.5 + 2.56 + 0.25 * divergence_by_hand, rel=1e-6)
    assert float(slope.latents.mean[0, 0]) == pytest.approx(1.25, rel=1e-5)
    assert float(slope.latents.log_deviation[0, 0]) == pytest.approx(
        2 * 0.8 * 1.6 + 0.25 * (np.exp(4.0) - 1.0), rel=1e-5
    )
    assert float(slope.log_rate.mean[0]) == pytest.approx(-1.0, rel=1e-5)
    assert float(slope.log_rate.log_deviation[0]) == pytest.approx(-1.28, rel=1e-5)


def stored_batch(key, *axes):
    """Return trajectories of two steps that were played once and stay as they are."""
    keys, shape = jax.random.split(key, 4), (*axes, 3, 2)
    return Batch(
        observation=jax.random.normal(keys[0], (*shape, 3)),
        action=jax.random.bernoulli(keys[1], 0.5, shape).astype(jnp.int32),
        start=jnp.zeros(shape, bool),
        behaviour=jnp.zeros(shape),
        advantage=10 * jax.random.normal(keys[2], shape),
        weight=jnp.full(shape, 1 / 6),
        target=jnp.zeros(shape),
        valid=jnp.ones(shape, bool),
        measure=(),
    )


def test_the_outer_gradient_is_that_of_finite_differences(key):
    """On stored trajectories the loss is a smooth function of weights, distributions and rates: two inner steps."""
    with jax.enable_x64(True):
        keys = jax.random.split(key, 4)
        rates = Latent(jnp.array([0.3, -0.2]), jnp.array([0.1, 0.4]))
        latents = Latent(*(jax.random.normal(key, (2, 2)) for key in jax.random.split(keys[0])))
        params = maesn.Structured(smooth_policy(keys[1]), rates, latents)
        seen = maesn.Adapted(standard(2, 2), stored_batch(keys[2], 2, 2), stored_batch(keys[3], 2))
        played = Problem(lambda *_: None, lambda actor, batch: policy_loss(GRADIENT, actor, batch))
        flat, unravel = ravel_pytree(params)
        ways, width = jnp.eye(len(flat)), 1e-5

        def loss(flat):
            return maesn.outer_loss(played, 0.1, unravel(flat), seen)

        exact = jax.jit(jax.grad(loss))(flat)
        ahead, behind = jax.jit(jax.vmap(loss))(
            jnp.concatenate([flat + width * ways, flat - width * ways])
        ).reshape(2, -1)
        np.testing.assert_allclose(exact, (ahead - behind) / (2 * width), rtol=1e-6, atol=1e-9)
        of_rates = unravel(exact).log_rate
        assert min(np.abs(of_rates.mean).min(), np.abs(of_rates.log_deviation).min()) > 1e-4


@pytest.fixture(scope="module")
def trained():
    """Return MAESN on two tasks of a bandit, what it has learnt, its log by update, and what it plays first."""
    game = WithNoise(Bandit(), 2)
    played = problem(GRADIENT, game, mlp_critic(game.observation.size, 1, jax.random.key(0)))

    def policy(key):
        return mlp_actor(game.observation.size, game.action, 8, key)

    learner = maesn.maesn_learner(maesn.MAESN(2, first_rate=0.3), 0.1, played, policy, optax.adam(0.05))

    @jax.jit
    def program(key):
        first = begin(learner, key)
        run, log, _ = train(learner, lambda *_: ARMS, first, 60, jax.random.fold_in(key, 1))
        seen = learner.collect(first.state, ARMS, jax.random.fold_in(key, 2))
        return run.state.params, log, (first.state.params, seen)

    return learner, *program(jax.random.key(5))


def test_it_learns_a_bandit_and_what_its_tasks_are(trained):
    """A task's own distribution tells which arm pays 1; the other pays 0, and so chance earns 0.5."""
    _, params, log, _ = trained
    assert log.measure.shape == (60, 2, 2)  # update, task, and before and after the inner step
    start, end = np.asarray(log.measure[:5]).mean(), np.asarray(log.measure[-10:]).mean(axis=(0, 1))
    assert start < 0.7 and end.min() > 0.8 and end.max() <= 1.0
    assert (np.sign(params.latents.mean[0]) != np.sign(params.latents.mean[1])).any()
    assert float(jnp.max(jnp.abs(params.log_rate.mean - np.log(0.3)))) > 0.01
    assert log.inner_change[0] > 0


def test_the_inner_loop_moves_the_distribution_and_not_the_policy(trained):
    """Actions after it were drawn with the weights at hand and the moved distribution."""
    _, _, _, (params, seen) = trained
    for task in range(2):
        batch, latent = jax.tree.map(lambda leaf, task=task: leaf[task], (seen.query, seen.latent))
        assert (latent.mean != params.latents.mean[task]).all()
        chosen = evaluate(with_latent(params.policy, latent), batch.observation, batch.start)
        np.testing.assert_allclose(chosen.log_prob(batch.action), batch.behaviour, rtol=1e-4, atol=1e-5)


def test_on_a_new_task_the_latent_vector_is_the_noise(trained):
    learner, params, _, _ = trained
    observed, key = jnp.array([1.0, 1.0, 0.3, -2.0]), jax.random.key(3)
    found, expected = learner.act(params, (), observed, key), act(params.policy, (), observed, key)
    assert float(found.log_probability) == pytest.approx(float(expected.log_probability), rel=1e-5)
    assert int(found.action) == int(expected.action)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tasks": 0}, "tasks is 0, must be at least 1"),
        ({"inner_steps": 0}, "inner_steps is 0, must be at least 1"),
        ({"first_rate": 0.0}, r"first_rate is 0\.0, must be more than 0 and finite"),
    ],
)
def test_settings_out_of_range_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        maesn.MAESN(**{"tasks": 2} | settings)
