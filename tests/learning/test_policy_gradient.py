"""Batches of a policy gradient against re-statements in plain NumPy, and the estimate against the exact gradient."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Discrete
from athanor.learning.networks import evaluate, mlp_actor, mlp_critic
from athanor.learning.policy_gradient import Batch, PolicyGradient, normalised, policy_loss, problem
from athanor.learning.released import RELEASED

TARGET = jnp.int32(1)  # often reached before the horizon, so that lengths differ


@pytest.fixture
def actor(key):
    return mlp_actor(2, Discrete(2), 8, jax.random.fold_in(key, 1))


@pytest.fixture
def critic(key):
    return mlp_critic(2, 8, jax.random.fold_in(key, 2))


def draw(settings: PolicyGradient, corridor, actor, critic, key) -> Batch:
    return jax.jit(problem(settings, corridor, critic).sample)(actor, TARGET, key)


def rewards(batch: Batch, trajectory: int) -> np.ndarray:
    """Recompute a trajectory's rewards from where it went."""
    length = int(batch.valid[trajectory].sum())
    position = np.asarray(batch.observation[trajectory, :length, 0])
    return -np.abs(position + 2 * np.asarray(batch.action[trajectory, :length]) - 1 - float(TARGET))


def test_released_advantages_and_targets_against_numpy(corridor, actor, critic, key):
    batch = draw(replace(RELEASED, trajectories=6), corridor, actor, critic, key)
    assert len({int(valid.sum()) for valid in batch.valid}) > 1
    for trajectory in range(6):
        r = rewards(batch, trajectory)
        v = np.asarray(evaluate(critic, batch.observation[trajectory], batch.start[trajectory]))[: len(r)]
        delta = r[:-1] + 0.98 * v[1:] - v[:-1]
        advantage = [
            sum((0.98 * 0.97) ** (k - t) * delta[k] for k in range(t, len(delta))) for t in range(len(delta))
        ]
        target = [sum(0.98 ** (k - t) * r[k] for k in range(t, len(r))) for t in range(len(r))]
        padding = np.zeros(corridor.steps - len(delta))
        np.testing.assert_allclose(
            batch.advantage[trajectory], np.append(advantage, padding), rtol=1e-4, atol=1e-5
        )
        np.testing.assert_allclose(batch.target[trajectory, : len(r)], target, rtol=1e-5)
        np.testing.assert_allclose(batch.weight[trajectory] * 6, [*np.ones(len(delta)), *padding], rtol=1e-6)


def test_released_loss_is_a_plain_sum(corridor, actor, critic, key):
    batch = draw(RELEASED, corridor, actor, critic, key)
    kept = int(batch.valid.sum()) - 1
    distribution = evaluate(actor, batch.observation[0, :kept], batch.start[0, :kept])
    log_probability = jax.nn.log_softmax(distribution.logits)
    chosen = np.asarray(log_probability)[np.arange(kept), np.asarray(batch.action[0, :kept])]
    expected = -np.sum(chosen * np.asarray(batch.advantage[0, :kept]))
    np.testing.assert_allclose(policy_loss(RELEASED, actor, batch), expected, rtol=1e-5)


def test_normalised_advantages_and_mean_weights(corridor, actor, critic, key):
    settings = PolicyGradient(trajectories=6, normalise=True, average=True, baseline="linear")
    batch = draw(settings, corridor, actor, critic, key)
    first = np.asarray(batch.advantage)[:, 0]
    np.testing.assert_allclose([first.mean(), first.std()], [0.0, 1.0], atol=5e-3)
    assert np.all(np.asarray(batch.advantage)[~np.asarray(batch.valid)] == 0.0)
    np.testing.assert_allclose(batch.weight.sum(), 1.0, rtol=1e-5)


def test_advantages_are_normalised_at_each_step_by_hand():
    advantage = jnp.array([[1.0, 100.0], [3.0, 500.0], [5.0, 0.0]])
    counted = jnp.array([[True, True], [True, True], [True, False]])
    expected = [[-np.sqrt(1.5), -1.0], [0.0, 1.0], [np.sqrt(1.5), 0.0]]
    np.testing.assert_allclose(normalised(advantage, counted), expected, atol=0.1)
    np.testing.assert_allclose(normalised(advantage, counted)[:, 1], [-1.0, 1.0, 0.0], atol=1e-2)
    assert np.all(normalised(jnp.ones((3, 2)), counted) == 0.0)


def test_a_single_trajectory_cannot_be_normalised():
    with pytest.raises(ValueError, match="trajectories is 1, must be at least 2"):
        PolicyGradient(normalise=True)


def test_entropy_bonus_lowers_the_loss(corridor, actor, critic, key):
    settings = PolicyGradient(average=True)
    batch = draw(settings, corridor, actor, critic, key)
    without, bonus = (policy_loss(replace(settings, entropy=e), actor, batch) for e in (0.0, 0.5))
    assert 0.0 < without - bonus <= 0.5 * np.log(2) + 1e-6


def test_the_estimate_is_the_gradient_of_the_expected_return(bandit, actor, critic, key):
    payments = jnp.array([1.0, 3.0])
    settings = PolicyGradient(baseline="none")
    arm = problem(settings, bandit, critic)

    def estimate(key):
        return jax.grad(arm.loss)(actor, arm.sample(actor, payments, key)).head.linear.bias

    def expected_return(actor):
        return jnp.sum(jax.nn.softmax(actor.read(actor.encoder((), jnp.ones(2))[1]).logits) * payments)

    estimates = np.asarray(jax.jit(jax.vmap(estimate))(jax.random.split(key, 4000)))
    exact = -np.asarray(jax.grad(expected_return)(actor).head.linear.bias)
    error = estimates.std(axis=0) / np.sqrt(len(estimates))
    assert np.all(np.abs(estimates.mean(axis=0) - exact) < 4 * error)


def test_where_an_episode_is_cut_off_the_critic_values_what_follows(corridor, actor, critic, key):
    """One step, by hand: r + discount v(where it led) - v(where it was); where it ended, r - v."""
    settings, short = PolicyGradient(discount=0.5), type(corridor)(steps=1)
    for target, follows in ((3, 1.0), (1, 0.0)):
        batch = jax.jit(problem(settings, short, critic).sample)(actor, jnp.int32(target), key)
        position = 2 * int(batch.action[0, 0]) - 1
        seen = jnp.array([[0.0, 1.0], [position, 1.0]])
        before, after = evaluate(critic, seen, jnp.zeros(2, bool))
        if position == 1 or target == 3:
            expected = -abs(position - target) + 0.5 * follows * after
            np.testing.assert_allclose(batch.target[0, 0], expected, rtol=1e-5)
            np.testing.assert_allclose(batch.advantage[0, 0], expected - before, rtol=1e-5)


def test_the_behaviour_is_the_policy_that_acted(corridor, actor, critic, key):
    batch = draw(PolicyGradient(trajectories=3), corridor, actor, critic, key)
    again = evaluate(actor, batch.observation, batch.start).log_prob(batch.action)
    np.testing.assert_allclose(batch.behaviour, again, rtol=1e-5, atol=1e-6)
