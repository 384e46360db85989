"""A recurrent learner remembers: it finds a hidden arm within an episode, and never beats the optimum."""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import (
    Recurrent,
    RecurrentNetwork,
    WithFeedback,
    act,
    recurrent_learner,
    unroll,
)
from athanor.learning.rollout import rollout
from athanor.learning.training import begin, train

PULLS = 5
ARMS = jnp.tile(jnp.eye(2), (32, 1))  # hidden tasks: one arm pays 1, the other 0
GRADIENT = PolicyGradient(discount=0.9, trace=0.9, clip=0.2, entropy=0.01)


@pytest.fixture
def pulls(bandit):
    """Several pulls of the same two arms, the pays halved as they are shown."""
    return WithFeedback(type(bandit)(steps=PULLS), actions=2, reward_scale=2.0)


def test_the_feedback_is_the_last_action_and_its_reward(pulls, key):
    network = RecurrentNetwork(5, 4, 2, key)
    played = rollout(pulls, act, network, network.start(), jnp.array([1.0, 0.0]), key)
    np.testing.assert_array_equal(played.observation[0, 2:], 0.0)
    np.testing.assert_array_equal(played.observation[1:, 2:4], np.eye(2)[played.action[:-1]])
    np.testing.assert_array_equal(played.observation[1:, 4], played.reward[:-1] / 2)
    np.testing.assert_array_equal(played.reward, played.action == 0)


def test_unrolling_gives_the_policy_that_acted(pulls, key):
    network = RecurrentNetwork(5, 4, 2, key)
    observation = jax.random.normal(key, (3, 5))
    logits, values = unroll(network, observation)
    memory = network.start()
    for shown, logit, value in zip(observation, logits, values, strict=True):
        memory = network.cell(shown, memory)
        np.testing.assert_allclose(network.policy(memory), logit, rtol=1e-5)
        np.testing.assert_allclose(network.value(memory)[0], value, rtol=1e-5)


@pytest.mark.parametrize("clip", [None, 0.2], ids=["vpg", "ppo"])
def test_a_hidden_arm_is_found_and_kept(pulls, clip, key):
    """The optimum is 1/2 for the first pull and 1 for each later one; without memory it is 1/2 a pull."""
    settings = Recurrent(hidden=16, epochs=1 if clip is None else 4)
    learner = recurrent_learner(settings, replace(GRADIENT, clip=clip), pulls, 2, optax.adam(0.01))
    whole = jax.jit(partial(train, learner, lambda key, episode: ARMS, begin(learner, key), 150))
    _, log, finite = whole(key)
    assert finite.all()
    found = log.measure[-20:].mean()
    assert PULLS - 0.5 - 0.25 < found <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(20 * len(ARMS))
    assert log.entropy[-1] < log.entropy[0]
