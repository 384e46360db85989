"""SVG(0) learns out of a store what is hidden, and never beats the optimum; target networks follow as they are told."""

from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.environment import Box, Transition
from athanor.learning.layers import Linear
from athanor.learning.recurrent import Auxiliary
from athanor.learning.replay import uniform_replay
from athanor.learning.svg import svg_learner
from athanor.learning.svg_loss import SVG
from athanor.learning.training import begin, train, with_store
from athanor.trial import Trial

PULLS = 5
ARMS = jnp.tile(jnp.eye(2), (16, 1))  # hidden tasks: one arm pays 1, the other 0
PLACES = jnp.tile(jnp.array([-0.5, 0.5]), 16)  # hidden targets
SMALL = SVG(hidden=16, discount=0.9, steps=4, entropy=0.02, target_period=10)


@dataclass(frozen=True)
class HiddenPlace:
    """A few guesses of one of two places; each pays minus the squared distance. The optimum is 1/4 for the first.

    Any guess but 0 gives the place away, so that 0 nearly, and then the place, is all that can be done.
    """

    steps: int = 3
    observation = Box((1.0,), (1.0,))
    action = Box((-1.0,), (1.0,))

    def reset(self, task, key):
        return jnp.int32(0)

    def step(self, task, state, action, key):
        return state + 1, Transition(-jnp.square(action[0] - task), state + 1 >= self.steps)

    def observe(self, task, state):
        return jnp.ones(1)


def trained(learner, tasks, updates, key, steps=4):
    replay = uniform_replay(capacity=16 * len(tasks), count=steps * len(tasks))
    start = with_store(learner, lambda key, episode: tasks, replay, begin(learner, key))
    run, _, finite = jax.jit(partial(train, learner, lambda key, _: tasks, episodes=updates, replay=replay))(
        run=start, key=key
    )
    assert finite.all()
    played = jax.vmap(lambda key: learner.collect(run.state, tasks, key))(jax.random.split(key, 32))
    return run, np.asarray(played.measure).ravel()


@pytest.mark.parametrize("beta", [None, 1e-3], ids=["plain", "bottleneck"])
def test_a_hidden_arm_is_found_and_kept(bandit, beta, key):
    """The optimum is 1/2 for the first pull and 1 for each later one; without memory it is 1/2 a pull."""
    pulls = Trial(type(bandit)(steps=PULLS))
    learner = svg_learner(replace(SMALL, beta=beta), pulls, optax.adam(0.01))
    _, found = trained(learner, ARMS, 80, key)
    assert PULLS - 0.5 - 0.3 < found.mean() <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(len(found))


@pytest.mark.parametrize("recurrent", [True, False], ids=["memory", "none"])
def test_a_hidden_place_is_found_by_who_remembers(recurrent, key):
    """Who sees and remembers nothing of what it did can do no better than 0 each time: - 1/4 a guess."""
    trial = Trial(HiddenPlace(), see_action=recurrent, see_reward=recurrent)
    learner = svg_learner(replace(SMALL, entropy=0.003, recurrent=recurrent), trial, optax.adam(0.01))
    _, found = trained(learner, PLACES, 150, key)
    error = found.std() / np.sqrt(len(found))
    optimum = -0.25 if recurrent else -0.75
    assert optimum - 0.2 < found.mean() <= optimum + 3 * error


def test_a_description_alone_can_make_the_memory(bandit, key):
    """Agent B: what the arms pay is told in training, and values that move no memory suffice."""
    auxiliary = Auxiliary(
        weight=1.0,
        describe=lambda task: task[:1],
        init=lambda key, features: Linear(features, 1, key),
        loss=lambda own, features, description: jnp.sum(jnp.square(own(features) - description)),
    )
    pulls = Trial(type(bandit)(steps=PULLS))
    settings = replace(SMALL, memory_learns="description")
    learner = svg_learner(settings, pulls, optax.adam(0.01), auxiliary=auxiliary)
    _, found = trained(learner, ARMS, 80, key)
    assert PULLS - 0.8 < found.mean() <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(len(found))
    with pytest.raises(ValueError, match="memory_learns is description, must be values without an auxiliary"):
        svg_learner(settings, pulls, optax.adam(0.01))


@pytest.mark.parametrize(("rate", "period"), [(1.0, 3), (0.25, 1)], ids=["hard", "soft"])
def test_target_networks_follow(bandit, rate, period, key):
    pulls = Trial(type(bandit)(steps=2))
    settings = replace(SMALL, steps=1, target_rate=rate, target_period=period)
    learner = svg_learner(settings, pulls, optax.adam(0.01))
    state = learner.init(key)
    update = jax.jit(learner.update)
    played = learner.collect(state, ARMS[:4], key)
    expected = jax.tree.map(np.asarray, state.params)
    for step in range(1, 5):
        state, _ = update(state, played, key)
        if step % period == 0:
            expected = jax.tree.map(lambda old, new: old + rate * (new - old), expected, state.params)
        for found, wanted in zip(jax.tree.leaves(state.target), jax.tree.leaves(expected), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-7)


def test_what_is_replayed_is_divided_evenly(bandit, key):
    learner = svg_learner(SMALL, Trial(bandit), optax.adam(0.01))
    state = learner.init(key)
    with pytest.raises(ValueError, match="6 trials, must be a multiple of 4, the steps of an update"):
        learner.update(state, learner.collect(state, ARMS[:6], key), key)
