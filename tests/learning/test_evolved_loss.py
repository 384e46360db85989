"""An evolved loss: the convolution by hand, the guide alone, what reaches the policy, and that it evolves."""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.evolution import Evolution
from athanor.learning.evolved_loss import (
    Descent,
    EvolvedLoss,
    Game,
    blended,
    descended,
    evolve_loss,
    features,
    features_size,
    rewards,
)
from athanor.learning.networks import evaluate, mlp_critic
from athanor.learning.normal import normal_actor
from athanor.learning.policy_gradient import PolicyGradient, problem
from athanor.tasks.point_navigation.environment import Goal, PointNavigation

KEY = jax.random.key(0)
RULES = PointNavigation(steps=5)
GOAL = Goal(jnp.array([0.4, -0.2]))
LOG_PROBABILITY = 5  # its place among the features: after position, action and reward


def new_actor(key):
    return normal_actor(2, RULES.action, 4, -0.5, key)


@pytest.fixture(scope="module")
def game():
    gradient = PolicyGradient(trajectories=3, baseline="linear", normalise=True, average=True, clip=0.2)
    own = problem(gradient, RULES, mlp_critic(2, 1, KEY), rewards)
    return Game(RULES, own, new_actor, lambda key: GOAL)


@pytest.fixture(scope="module")
def batch(game):
    return jax.jit(game.problem.sample)(new_actor(KEY), GOAL, KEY)


def with_weights(loss, convolution, output):
    def places(loss):
        return loss.convolution.weight, loss.convolution.bias, loss.output.weight, loss.output.bias

    new = (convolution, jnp.zeros_like(loss.convolution.bias), output, jnp.zeros(2))
    return eqx.tree_at(places, loss, new)


def test_the_convolution_by_hand():
    """One feature 1, 2, 3 and kernel (1, 10, 100): 210, 321, 32 with nothing outside, here a thousandth of it."""
    kernel = jnp.array([[1.0], [10.0], [100.0]]) / 1000
    loss = with_weights(EvolvedLoss(1, 1, 3, KEY), kernel, jnp.array([[1.0, 2.0]]))
    hidden, log_probability = np.tanh(np.array([0.21, 0.321, 0.032])), jnp.array([0.0, 1.0, -2.0])
    found = loss(jnp.array([[1.0], [2.0], [3.0]]), log_probability)
    assert np.allclose(found, hidden + 2 * hidden * log_probability, rtol=1e-6)


def test_an_even_window_is_refused():
    with pytest.raises(ValueError, match="window is 4, must be odd and at least 1"):
        EvolvedLoss(1, 1, 4, KEY)


def test_features_are_what_was_done_and_what_would_be_done(batch):
    actor = new_actor(jax.random.key(1))
    seen = features(RULES, actor, batch)
    assert seen.shape == (3, 5, features_size(RULES)) and batch.valid.all()
    assert np.allclose(seen[..., 2:4], batch.action / 0.1)
    own = evaluate(actor, batch.observation, batch.start).log_prob(batch.action)
    assert np.allclose(seen[..., LOG_PROBABILITY], own)
    rewards = np.asarray(batch.measure)
    assert np.allclose(seen[..., 4], (rewards - rewards.mean()) / rewards.std(), atol=1e-4)


def test_with_the_whole_share_the_guide_is_the_loss(game, batch):
    actor, loss = new_actor(jax.random.key(2)), EvolvedLoss(features_size(RULES), 4, 3, KEY)
    guide = jax.grad(game.problem.loss)(actor, batch)
    blend = jax.grad(blended(game, loss, 1.0))(actor, batch)
    for own, expected in zip(jax.tree.leaves(blend), jax.tree.leaves(guide), strict=True):
        assert np.allclose(own, expected, atol=1e-7)


def test_a_loss_that_is_the_log_probability_makes_what_was_done_less_likely(game, batch):
    """Weights that single it out, small enough for tanh to be linear: its gradient is that of the mean log π."""
    size, small = features_size(RULES), 1e-3
    kernel = jnp.zeros((size, 1)).at[LOG_PROBABILITY, 0].set(small)
    loss = with_weights(EvolvedLoss(size, 1, 1, KEY), kernel, jnp.array([[1 / small, 0.0]]))
    actor = new_actor(jax.random.key(2))

    def mean_log_probability(actor):
        return evaluate(actor, batch.observation, batch.start).log_prob(batch.action).mean()

    own, expected = (
        jax.grad(each)(actor) for each in (lambda a: blended(game, loss, 0.0)(a, batch), mean_log_probability)
    )
    for one, other in zip(jax.tree.leaves(own), jax.tree.leaves(expected), strict=True):
        assert np.allclose(one, other, rtol=1e-2, atol=1e-4)


def test_a_policy_descends_on_its_own_trajectories_and_a_loss_evolves(game):
    size, descent = features_size(RULES), Descent(updates=2, epochs=1, rate=0.1)
    first = EvolvedLoss(size, 2, 3, KEY)
    still = Descent(updates=2, epochs=1, rate=0.0)
    curves = {
        name: jax.jit(partial(descended, game, each, game.problem.loss))(new_actor(KEY), GOAL, KEY)
        for name, each in (("descent", descent), ("still", still))
    }
    assert curves["descent"].shape == (3,) and curves["descent"][0] == curves["still"][0]
    assert (curves["descent"][1:] != curves["still"][1:]).all()
    evolve = jax.jit(
        lambda key: evolve_loss(
            game, descent, Evolution(4, 0.1), optax.sgd(0.5), first, jnp.array([1.0, 0.0]), key
        )
    )
    evolved, fitness = evolve(KEY)
    assert fitness.shape == (2,) and np.isfinite(fitness).all()
    moved = jax.tree.map(lambda one, other: bool((one != other).any()), first, evolved)
    assert jax.tree.all(moved)
