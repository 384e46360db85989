"""VariBAD: its terms by hand, which gradients reach what, what the decoder sees, and that a hidden arm is found."""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.environment import Discrete
from athanor.learning.bottleneck import Code, kl_from_standard_normal
from athanor.learning.networks import encode
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent
from athanor.learning.rollout import Rollout
from athanor.learning.training import begin, train
from athanor.learning.varibad import (
    Decoder,
    Latent,
    Varibad,
    belief_loss,
    elbos,
    kl_from_previous,
    trial_elbos,
    varibad_learner,
)
from athanor.trial import Trial

PULLS = 4
ARMS = jnp.tile(jnp.eye(2), (32, 1))  # hidden tasks: one arm pays 1, the other 0
GRADIENT = PolicyGradient(discount=0.9, gae_lambda=0.9, clip=0.2, entropy=0.01)
SETTINGS = Varibad(decoded=2, components=2, kl_weight=0.1)


@pytest.fixture
def trial(bandit):
    return Trial(type(bandit)(steps=PULLS))


@pytest.fixture
def learner(trial):
    return varibad_learner(SETTINGS, Recurrent(hidden=16, epochs=4), GRADIENT, trial, optax.adam(0.01))


def test_kl_from_the_belief_before_by_hand():
    """One component: to deviation 1/2 from N(0, 1), then by two such deviations, then back to N(0, 1)."""
    half = np.log(0.5)
    code = Code(jnp.array([[0.0], [1.0], [0.0]]), jnp.array([[half], [half], [0.0]]))
    by_hand = [np.log(2) - 3 / 8, 2.0, (4 - 1) / 2 - np.log(2) + 2.0]
    np.testing.assert_allclose(kl_from_previous(code), by_hand, rtol=1e-6)
    twice = jax.tree.map(lambda leaf: jnp.repeat(leaf, 2, axis=1), code)
    np.testing.assert_allclose(kl_from_previous(twice), 2 * np.array(by_hand), rtol=1e-6)


def test_kl_starts_from_the_prior_and_costs_nothing_where_nothing_is_learnt(key):
    mean, log_deviation = jax.random.normal(key, (2, 1, 3))
    still = Code(jnp.tile(mean, (4, 1)), jnp.tile(log_deviation, (4, 1)))
    found = kl_from_previous(still)
    assert float(found[0]) == pytest.approx(float(kl_from_standard_normal(Code(mean[0], log_deviation[0]))))
    np.testing.assert_allclose(found[1:], 0.0, atol=1e-6)


def test_elbo_by_hand_counts_steps_before_and_after_and_none_after_the_end():
    predicted = jnp.array([[1.0, 0.5, 9.0], [0.0, 1.0, 9.0], [9.0, 9.0, 9.0]])
    reward, valid = jnp.array([1.0, 0.0, 0.0]), jnp.array([True, True, False])
    found = elbos(predicted, reward, valid, jnp.array([0.3, 0.7, 0.0]), kl_weight=0.1)
    np.testing.assert_allclose(found[:2], [-0.25 - 0.03, -2.0 - 0.07], rtol=1e-6)
    derivatives = jax.jacobian(lambda reward: elbos(predicted, reward, valid, jnp.zeros(3), 0.1))(reward)
    np.testing.assert_allclose(derivatives[:2], [[0.0, 1.0, 0.0], [-2.0, 2.0, 0.0]], atol=1e-6)


def test_actor_and_critic_read_mean_and_log_variance():
    """Variances e and e^-8, the least: the logarithms as shares of 8."""
    found = Latent(2).outputs(jnp.array([1.0, -2.0, 0.5, -5.0]))
    np.testing.assert_allclose(found, [1.0, -2.0, 1 / 8, -1.0])


def test_every_moment_decodes_every_step_from_what_is_no_reward(key):
    """Past and future rewards count in each ELBO; what a step shows of the reward before changes no prediction."""
    decoder, told = Decoder(2, 4, 8, key), jax.random.normal(key, (PULLS, 4))
    observation, action = jax.random.normal(key, (PULLS + 1, 5)), jnp.array([0, 1, 1, 0])
    all_of_it = jnp.ones(PULLS, bool)
    reward = jnp.arange(1.0, PULLS + 1)
    one = Rollout(observation, action, reward, reward, reward, all_of_it, all_of_it, ())

    @jax.jit
    def of_moments(played):
        return trial_elbos(SETTINGS, Discrete(2), decoder, told, played, key)

    derivatives = jax.jacrev(lambda reward: of_moments(one._replace(reward=reward)))(reward)
    assert derivatives.shape == (PULLS, PULLS) and (jnp.abs(derivatives) > 1e-3).all()
    hidden = one._replace(observation=observation.at[:, SETTINGS.decoded :].add(7.0))
    np.testing.assert_array_equal(of_moments(hidden), of_moments(one))
    for step in (0, PULLS - 1):
        seen = one._replace(observation=observation.at[step, : SETTINGS.decoded].add(1.0))
        assert (jnp.abs(of_moments(seen) - of_moments(one)) > 1e-6).all()


def gradients(learner, trial, key):
    """Return the gradients of what actor and critic say of a trial and of the belief's loss, before any training."""
    state = learner.init(key)
    played = learner.collect(state, ARMS[:2], key).rollout

    def control(network):
        read = encode(network, played.observation[0, :-1], played.start[0])
        distribution, values = jax.vmap(network.read)(read)
        return jnp.sum(distribution.log_prob(played.action[0]) + values)

    def belief(learnt):
        return belief_loss(SETTINGS, trial.action, learnt, played, key)

    return jax.grad(control)(state.params), *jax.grad(belief)((state.params, state.decoder))


def largest(part):
    return max(float(np.abs(leaf).max()) for leaf in jax.tree.leaves(part))


def test_the_encoder_learns_from_the_decoder_alone_and_the_policy_from_its_own_loss(learner, trial, key):
    control, network, decoder = jax.jit(partial(gradients, learner, trial))(key)
    for part in ("belief", "penultimate", "says"):
        assert largest(getattr(control.encoder, part)) == 0 < largest(getattr(network.encoder, part))
    for policy, own in ((control.encoder.dense, network.encoder.dense), (control.head, network.head)):
        assert largest(policy) > 0 == largest(own)
    assert min(largest(leaf) for leaf in jax.tree.leaves(decoder)) > 0


def test_a_hidden_arm_is_found_and_its_rewards_are_predicted(learner, trial, key):
    """The optimum is 1/2 for the first pull and 1 for each later one; no description of the task is told.

    Before the first pull its reward cannot be predicted, with an error of 1/4 at best; after it those of all pulls can,
    the first as well.
    """
    whole = jax.jit(partial(train, learner, lambda key, episode: ARMS, begin(learner, key), 80))
    run, log, finite = whole(key)
    assert finite.all()
    found = float(log.measure[-20:].mean())
    assert PULLS - 0.75 < found <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(20 * len(ARMS))
    error = jax.jit(partial(errors, learner))(run.state, key)
    assert error[0, 0] >= 0.25 - 1e-3
    assert error[1:].mean() < 0.05


def errors(learner, state, key):
    """Return the mean squared error of the rewards that each moment's mean predicts, step by step, of trials played."""
    played = learner.collect(state, ARMS, key).rollout
    read = jax.vmap(encode, in_axes=(None, 0, 0))(state.params, played.observation[:, :-1], played.start)
    mean = jax.vmap(jax.vmap(Latent(2).code))(read.belief).mean
    step = jnp.concatenate([played.observation[:, :-1, :2], jax.nn.one_hot(played.action, 2)], axis=2)
    return jnp.mean(jnp.square(jax.vmap(state.decoder)(mean, step) - played.reward[:, None]), axis=0)


@pytest.mark.parametrize(
    ("name", "value", "must"),
    [
        ("decoded", 0, "at least 1"),
        ("components", 0, "at least 1"),
        ("kl_weight", -0.1, "at least 0 and finite"),
        ("kl_weight", float("nan"), "at least 0 and finite"),
    ],
)
def test_impossible_settings_are_named(name, value, must):
    with pytest.raises(ValueError, match=f"{name} is {value}, must be {must}"):
        replace(SETTINGS, **{name: value})
