"""A recurrent learner remembers: it finds a hidden arm within an episode, and never beats the optimum."""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.networks import encode
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Auxiliary, Recurrent, recurrent_learner
from athanor.learning.training import begin, train
from athanor.trial import Trial

PULLS = 5
ARMS = jnp.tile(jnp.eye(2), (32, 1))  # hidden tasks: one arm pays 1, the other 0
GRADIENT = PolicyGradient(discount=0.9, gae_lambda=0.9, clip=0.2, entropy=0.01)


@pytest.fixture
def pulls(bandit):
    """Several pulls of the same two arms, the pays halved as they are shown."""
    return Trial(type(bandit)(steps=PULLS), see_start=False, reward_scale=2.0)


@pytest.mark.parametrize("clip", [None, 0.2], ids=["vpg", "ppo"])
def test_a_hidden_arm_is_found_and_kept(pulls, clip, key):
    """The optimum is 1/2 for the first pull and 1 for each later one; without memory it is 1/2 a pull."""
    settings = Recurrent(hidden=16, epochs=1 if clip is None else 4, reward_scale=2.0)
    learner = recurrent_learner(settings, replace(GRADIENT, clip=clip), pulls, optax.adam(0.01))
    whole = jax.jit(partial(train, learner, lambda key, episode: ARMS, begin(learner, key), 150))
    _, log, finite = whole(key)
    assert finite.all()
    found = log.measure[-20:].mean()
    assert PULLS - 0.5 - 0.25 < found <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(20 * len(ARMS))
    assert log.entropy[-1] < log.entropy[0]


def test_episodes_of_one_pull_in_a_trial_are_learnt_as_pulls_of_one_episode_are(bandit, key):
    """The memory lasts for the trial; where it does not, or nothing is fed back, there is nothing to learn from."""
    settings = Recurrent(hidden=16, epochs=4)
    found = {}
    for keep in (True, False):
        trial = Trial(bandit, episodes=PULLS, keep_memory=keep)
        learner = recurrent_learner(settings, GRADIENT, trial, optax.adam(0.01))
        whole = jax.jit(partial(train, learner, lambda key, episode: ARMS, begin(learner, key), 150))
        found[keep] = float(whole(key)[1].measure[-20:].mean())
    error = 0.5 / np.sqrt(20 * len(ARMS))
    assert PULLS - 0.75 < found[True] <= PULLS - 0.5 + 3 * error
    assert abs(found[False] - PULLS / 2) < 4 * PULLS**0.5 * error


def test_an_auxiliary_loss_reaches_the_features_and_learns_what_the_task_is(bandit, key):
    """A regression on the task from the features: what is known by the last pull, and not before the first."""
    auxiliary = Auxiliary(
        weight=1.0,
        describe=lambda task, state: task[:1],
        init=lambda key, features: jnp.zeros((features, 1)),
        loss=lambda weight, features, description: jnp.sum(jnp.square(features @ weight + 0.5 - description)),
    )
    trial = Trial(type(bandit)(steps=PULLS))
    learner = recurrent_learner(
        Recurrent(hidden=16, epochs=4), GRADIENT, trial, optax.adam(0.01), auxiliary=auxiliary
    )
    run, log, _ = jax.jit(partial(train, learner, lambda key, episode: ARMS, begin(learner, key), 60))(key)
    assert log.loss[-5:].mean() < log.loss[:5].mean() - 0.05
    played = learner.collect(run.state, ARMS, key)
    features = jax.vmap(lambda seen, start: encode(run.state.params, seen, start))(
        played.rollout.observation[:, :-1], played.rollout.start
    )
    error = np.abs(np.asarray(features @ run.state.auxiliary)[..., 0] + 0.5 - np.asarray(ARMS)[:, None, 0])
    assert error[:, 0].mean() == pytest.approx(0.5, abs=0.1)
    assert error[:, -1].mean() < 0.2
