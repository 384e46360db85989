"""SVG(0) learns out of a store what is hidden, and never beats the optimum; target networks follow as they are told."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.environment import Box, Transition
from athanor.learning.layers import Linear
from athanor.learning.recurrent import Auxiliary
from athanor.learning.replay import uniform_replay
from athanor.learning.svg import divided, followed, svg_learner
from athanor.learning.svg_loss import SVG
from athanor.learning.training import begin, train, with_store
from athanor.trial import Trial

PULLS = 5
ARMS = jnp.tile(jnp.eye(2), (16, 1))  # hidden tasks: one arm pays 1, the other 0
PLACES = jnp.tile(jnp.array([-0.5, 0.5]), 16)  # hidden targets
SMALL = SVG(hidden=16, discount=0.9, steps=4, entropy=0.02, target_period=10)


@dataclass(frozen=True)
class HiddenPlace:
    """One of two places, which the reward of the first step gives away, is to be guessed twice.

    A guess pays minus the squared distance. The optimum is 0; of who does not know the place, - 1/4 a guess.
    """

    steps: int = 3
    observation = Box((0.0,), (1.0,))
    action = Box((-1.0,), (1.0,))

    def reset(self, task, key):
        return jnp.int32(0)

    def step(self, task, state, action, key):
        reward = jnp.where(state == 0, task, -jnp.square(action[0] - task))
        return state + 1, Transition(reward, state + 1 >= self.steps)

    def observe(self, task, state):
        return (state == 0).astype(jnp.float32)[None]


def trained(learner, tasks, updates, key):
    """Return what each trial pays after training, all of it one program."""
    replay = uniform_replay(capacity=16 * len(tasks), count=SMALL.steps * len(tasks))

    @jax.jit
    def whole(key):
        def sample(key, episode):
            return tasks

        start = with_store(learner, sample, replay, begin(learner, key))
        run, _, finite = train(learner, sample, start, updates, key, replay)
        many = jax.tree.map(lambda leaf: jnp.concatenate([leaf] * 32), tasks)
        return learner.collect(run.state, many, key).measure, finite.all()

    found, finite = whole(key)
    assert finite
    return np.asarray(found)


def test_a_hidden_arm_is_found_by_a_belief_behind_a_bottleneck(bandit, key):
    """The optimum is 1/2 for the first pull and 1 for each later one; without memory it is 1/2 a pull.

    The memory is an agent's who is told in training what the arms pay; the values' error moves no memory.
    """
    auxiliary = Auxiliary(
        weight=1.0,
        describe=lambda task, state: task[:1],
        init=lambda key, features: Linear(features, 1, key),
        loss=lambda own, features, description: jnp.sum(jnp.square(own(features) - description)),
    )
    pulls = Trial(type(bandit)(steps=PULLS))
    settings = replace(SMALL, memory_learns="description", beta=1e-3)
    learner = svg_learner(settings, pulls, optax.adam(0.01), auxiliary=auxiliary)
    found = trained(learner, ARMS, 80, key)
    assert PULLS - 0.5 - 0.3 < found.mean() <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(len(found))
    with pytest.raises(ValueError, match="memory_learns is description, must be values without an auxiliary"):
        svg_learner(settings, pulls, optax.adam(0.01))


@pytest.mark.parametrize("recurrent", [True, False], ids=["memory", "none"])
def test_a_hidden_place_is_kept_by_who_remembers(recurrent, key):
    """The second guess needs a memory of the first step's reward; who never sees it does best to guess 0."""
    trial = Trial(HiddenPlace(), see_action=False, see_reward=recurrent)
    learner = svg_learner(replace(SMALL, entropy=0.003, recurrent=recurrent), trial, optax.adam(0.01))
    found = trained(learner, PLACES, 150, key)
    optimum, error = 0.0 if recurrent else -0.5, found.std() / np.sqrt(len(found))
    assert optimum - 0.15 < found.mean() <= optimum + 3 * error


def test_target_networks_follow_by_hand():
    old, new = {"weight": jnp.array([1.0, 2.0])}, {"weight": jnp.array([3.0, 0.0])}
    hard, soft = replace(SMALL, target_period=3), replace(SMALL, target_rate=0.25, target_period=1)
    for steps, expected in ((2, old), (3, new)):
        np.testing.assert_array_equal(
            followed(hard, old, new, jnp.int32(steps))["weight"], expected["weight"]
        )
    np.testing.assert_array_equal(followed(soft, old, new, jnp.int32(2))["weight"], [1.5, 1.5])


def test_what_is_replayed_is_divided_evenly():
    np.testing.assert_array_equal(divided(2, jnp.arange(6)), [[0, 1, 2], [3, 4, 5]])
    with pytest.raises(ValueError, match="6 trials, must be a multiple of 4, the steps of an update"):
        divided(4, jnp.arange(6))
