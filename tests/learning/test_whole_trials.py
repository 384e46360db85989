"""An update from features of whole trials is the recurrent learner's own, and it learns to remember."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.memories import MEMORIES, memory_actor_critic
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.learning.training import begin, train
from athanor.learning.whole_trials import whole_trial_learner
from athanor.trial import Trial

PULLS = 4
ARMS = jnp.tile(jnp.eye(2), (32, 1))  # hidden tasks: one arm pays 1, the other 0
GRADIENT = PolicyGradient(discount=0.9, gae_lambda=0.9, clip=0.2, entropy=0.01)


def both(name, environment, optimiser):
    """Return the learner that goes step by step, and the one that encodes whole trials."""
    settings = Recurrent(epochs=4, reward_scale=2.0, entropy_updates=8)
    network = partial(memory_actor_critic, MEMORIES[name], 16, environment.steps)
    shared = (settings, GRADIENT, environment, optimiser)
    return recurrent_learner(*shared, network=network), whole_trial_learner(*shared, network)


def test_an_update_is_that_of_going_step_by_step(bandit, key):
    """Also where the memory starts anew within what is learnt from, and the weight of the entropy falls."""
    trial = Trial(type(bandit)(steps=2), episodes=2, keep_memory=False)
    stepwise, whole = both("temporal_convolution", trial, optax.sgd(0.1))
    state = stepwise.init(key)._replace(updates=jnp.int32(3))
    played = jax.jit(stepwise.collect)(state, ARMS[:4], key)
    assert played.rollout.start.sum() == 2 * 4
    (one, first), (other, second) = (jax.jit(each.update)(state, played, key) for each in (stepwise, whole))
    assert int(other.updates) == 4
    for a, b in zip(
        jax.tree.leaves((one.params, first)), jax.tree.leaves((other.params, second)), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=5e-3, atol=5e-5)


@pytest.mark.parametrize("name", sorted(MEMORIES))
def test_a_hidden_arm_is_found_and_kept(name, bandit, key):
    """The optimum is 1/2 for the first pull and 1 for each later one; without memory it is 1/2 a pull."""
    _, learner = both(name, Trial(type(bandit)(steps=PULLS)), optax.adam(0.01))
    whole = jax.jit(partial(train, learner, lambda key, episode: ARMS, begin(learner, key), 80))
    _, log, finite = whole(key)
    assert finite.all()
    found = float(log.measure[-20:].mean())
    assert PULLS - 0.75 < found <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(20 * len(ARMS))
