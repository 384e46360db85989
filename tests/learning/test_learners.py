"""Learners learn: known optima are found, adaptation helps, and nothing beats the optimum."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.learners import Joint, MetaLearning, joint_learner, meta_learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.training import begin, train

ARMS = jnp.array([[1.0, 0.0], [0.0, 1.0]])  # hidden tasks: the optimum is 1, without knowing the task 0.5
GRADIENT = PolicyGradient(trajectories=16, baseline="none", average=True)


def run(learner, tasks, episodes, key):
    """Train from one key and return the final state and the log."""

    @jax.jit
    def whole(key):
        return train(learner, lambda key, episode: tasks, begin(learner, key), episodes, key)

    finished, log, finite = whole(key)
    assert finite.all()
    return finished.state, log


@pytest.mark.parametrize("clip", [None, 0.2], ids=["vpg", "ppo"])
def test_a_bandits_better_arm_is_learnt(bandit, networks, clip, key):
    settings = Joint(epochs=1 if clip is None else 4)
    gradient = replace(GRADIENT, clip=clip, baseline="critic")
    learner = joint_learner(settings, gradient, networks, bandit, optax.adam(0.03))
    state, log = run(learner, jnp.array([[0.2, 1.0]]), 80, key)
    features = state.params.encoder((), jnp.ones(2))[1]
    assert jax.nn.softmax(state.params.read(features).logits)[1] > 0.95
    assert jnp.max(log.measure) <= 1.0 + 1e-6  # the optimum
    assert log.entropy[-1] < log.entropy[0]
    assert log.inner_change.max() == 0.0


@pytest.mark.parametrize("algorithm", ["maml", "fomaml"])
def test_adaptation_to_a_hidden_arm_is_learnt(bandit, networks, algorithm, key):
    settings = MetaLearning(algorithm, inner_steps=2, inner_rate=1.0)
    learner = meta_learner(settings, GRADIENT, networks, bandit, optax.adam(0.01))
    _, log = run(learner, ARMS, 150, key)
    before, after = (log.measure[-30:, :, step].mean() for step in (0, 2))
    assert abs(before - 0.5) < 0.2
    assert 0.85 < after <= 1.0
    assert log.inner_change.min() > 0.0
    assert log.measure.shape == (150, 2, 3)


def test_reptile_and_joint_training_move_towards_a_shared_arm(bandit, networks, key):
    tasks = jnp.array([[0.0, 1.0], [0.0, 0.8]])
    for learner in (
        meta_learner(MetaLearning("reptile", 3, 0.3), GRADIENT, networks, bandit, optax.sgd(0.5)),
        joint_learner(Joint(), GRADIENT, networks, bandit, optax.sgd(0.3)),
    ):
        _, log = run(learner, tasks, 60, key)
        assert log.measure[-10:, :, 0].mean() > 0.8 > log.measure[:5, :, 0].mean()


def test_equal_keys_start_all_learners_from_equal_weights(bandit, networks, key):
    learners = (
        meta_learner(MetaLearning(), GRADIENT, networks, bandit, optax.sgd(0.1)),
        joint_learner(Joint(), GRADIENT, networks, bandit, optax.adam(0.1)),
    )
    first, second = (learner.init(key) for learner in learners)
    jax.tree.map(np.testing.assert_array_equal, first[:2], second[:2])


@pytest.mark.parametrize("algorithm", ["maml", "reptile"])
def test_meta_learners_fit_their_critic(corridor, networks, targets, algorithm, key):
    settings = MetaLearning(algorithm, inner_steps=2, critic_steps=3)
    learner = meta_learner(
        settings, PolicyGradient(normalise=True, trajectories=2), networks, corridor, optax.adam(1e-3)
    )
    state = learner.init(key)
    updated, log = jax.jit(learner.learn)(state, targets, key)
    assert log.measure.shape == (len(targets), 3)
    for before, after in ((state.params, updated.params), (state.critic, updated.critic)):
        assert any(
            jnp.any(a != b) for a, b in zip(jax.tree.leaves(before), jax.tree.leaves(after), strict=True)
        )
    # Three steps of Adam at 3e-4 move no weight further than this.
    moved = jax.tree.map(lambda a, b: float(jnp.max(jnp.abs(a - b))), state.critic, updated.critic)
    assert max(jax.tree.leaves(moved)) < 3.5 * settings.critic_rate
