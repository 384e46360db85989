"""Rollouts against walks worked out by hand."""

import jax
import jax.numpy as jnp
import numpy as np

from athanor.environment import Discrete
from athanor.learning.networks import Acted, act, mlp_actor
from athanor.learning.rollout import rollout


def right(params, memory, observation, key):
    """Always step to the right, and count the steps."""
    return Acted(jnp.int32(1), memory + 1, jnp.float32(0.0))


def test_a_walk_that_arrives(corridor, key):
    walk = rollout(corridor, right, (), jnp.int32(0), jnp.int32(2), key)
    np.testing.assert_array_equal(walk.valid, [True, True, False, False, False])
    np.testing.assert_array_equal(walk.reward, [-1.0, 0.0, 0.0, 0.0, 0.0])
    np.testing.assert_array_equal(
        walk.observation[:, 0], [0.0, 1.0, 2.0, 2.0, 2.0, 2.0]
    )  # one more than steps
    np.testing.assert_array_equal(walk.discount, [1.0, 0.0, 0.0, 0.0, 0.0])
    np.testing.assert_array_equal(walk.start, [True, False, False, False, False])
    assert walk.state == 2  # held


def test_a_walk_that_does_not(corridor, key):
    walk = rollout(corridor, right, (), jnp.int32(0), jnp.int32(-2), key)
    assert walk.valid.all()
    np.testing.assert_array_equal(walk.reward, [-3.0, -4.0, -5.0, -6.0, -7.0])
    assert walk.state == 5
    np.testing.assert_array_equal(walk.discount, 1.0)  # cut off, not terminated
    assert walk.observation[-1, 0] == 5.0


def test_memory_passes_from_step_to_step(corridor, key):
    def alternate(params, memory, observation, key):
        return Acted(memory, 1 - memory, jnp.float32(0.0))

    walk = rollout(corridor, alternate, (), jnp.int32(0), jnp.int32(4), key)
    np.testing.assert_array_equal(walk.action, [0, 1, 0, 1, 0])


def test_tasks_side_by_side_equal_tasks_alone(corridor, targets, key):
    actor = mlp_actor(2, Discrete(2), 8, key)
    keys = jax.random.split(key, len(targets))
    together = jax.vmap(lambda task, key: rollout(corridor, act, actor, (), task, key))(targets, keys)
    alone = jax.jit(lambda task, key: rollout(corridor, act, actor, (), task, key))
    walks = [alone(task, key) for task, key in zip(targets, keys, strict=True)]
    # Two compiled programs: a processor may round their last digit differently.
    jax.tree.map(
        lambda leaf, *leaves: np.testing.assert_allclose(leaf, jnp.stack(leaves), rtol=1e-5, atol=1e-6),
        together,
        *walks,
    )


def test_actions_follow_the_policys_probabilities(bandit, key):
    actor = mlp_actor(2, Discrete(2), 8, key)
    keys = jax.random.split(key, 4000)
    pulls = jax.vmap(lambda key: rollout(bandit, act, actor, (), jnp.zeros(2), key))(keys).action
    features = actor.encoder((), jnp.ones(2))[1]
    probability = jax.nn.softmax(actor.read(features).logits)[1]
    error = np.sqrt(probability * (1 - probability) / len(keys))
    assert abs(pulls.mean() - probability) < 4 * error
