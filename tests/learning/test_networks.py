"""Networks: their outputs, how they start, and the actions drawn from them."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Discrete
from athanor.learning.layers import Linear
from athanor.learning.networks import act, encode, evaluate, gru_actor_critic, mlp_actor


def test_an_affine_map_by_hand(key):
    layer = Linear(2, 3, key)
    weight = jnp.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    layer = eqx.tree_at(
        lambda layer: (layer.weight, layer.bias), layer, (weight, jnp.array([0.0, 0.5, -1.0]))
    )
    np.testing.assert_allclose(layer(jnp.array([1.0, -1.0])), [-3.0, -2.5, -4.0])


def test_weights_start_uniform_within_one_over_the_root_of_the_inputs(key):
    layer = Linear(16, 500, key)
    for values in (layer.weight, layer.bias):
        assert 0.24 < np.abs(values).max() <= 0.25
        np.testing.assert_allclose(np.std(values), 0.25 / np.sqrt(3.0), rtol=0.1)


def logits_of(actor, observation):
    return actor.read(actor.encoder((), observation)[1]).logits


def test_the_offset_is_subtracted_from_the_inputs(key):
    plain, centred = (mlp_actor(2, Discrete(3), 8, key, offset) for offset in (0.0, 5.0))
    at = jnp.array([6.0, 3.0])
    np.testing.assert_allclose(logits_of(centred, at), logits_of(plain, at - 5.0), rtol=1e-6)


def test_any_batch_axes_evaluate_as_one_by_one(key):
    actor = mlp_actor(3, Discrete(4), 8, key)
    observation = jax.random.normal(key, (2, 5, 3))
    one_by_one = [[logits_of(actor, single) for single in row] for row in observation]
    found = evaluate(actor, observation, jnp.zeros((2, 5), bool)).logits
    np.testing.assert_allclose(found, one_by_one, rtol=1e-5, atol=1e-6)


def test_unrolling_gives_the_policy_that_acted_and_starts_the_memory_anew(key):
    network = gru_actor_critic(3, Discrete(2), 4, key)
    observation = jax.random.normal(key, (2, 6, 3))
    start = jnp.array([[True, False, False, True, False, False], [True] + [False] * 5])
    distribution, values = evaluate(network, observation, start)
    for row in range(2):
        for time in range(6):
            memory = network.encoder.start() if start[row, time] else memory
            memory, features = network.encoder(memory, observation[row, time])
            expected, value = network.read(features)
            np.testing.assert_allclose(distribution.logits[row, time], expected.logits, rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(values[row, time], value, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        encode(network, observation[0, 3:], start[0, 3:]),
        encode(network, observation[0], start[0])[3:],
        rtol=1e-5,
    )


@pytest.mark.parametrize("logits", [[0.0, 1.0, -1.0, 0.5], [0.0, -200.0, 0.0, -200.0]])
def test_actions_are_drawn_with_the_softmax_of_the_logits(key, logits):
    logits = jnp.array(logits)
    actor = mlp_actor(1, Discrete(4), 8, key)
    last = eqx.tree_at(
        lambda layer: (layer.weight, layer.bias), actor.head.linear, (jnp.zeros((8, 4)), logits)
    )
    actor = eqx.tree_at(lambda actor: actor.head.linear, actor, last)
    draws = 20_000
    acted = jax.vmap(lambda key: act(actor, (), jnp.ones(1), key))(jax.random.split(key, draws))
    drawn = acted.action
    np.testing.assert_allclose(acted.log_probability, jax.nn.log_softmax(logits)[drawn], rtol=1e-5)
    assert drawn.dtype == jnp.int32
    found = np.bincount(drawn, minlength=4) / draws
    expected = np.asarray(jax.nn.softmax(logits))
    assert (np.abs(found - expected) <= 4.0 * np.sqrt(expected * (1.0 - expected) / draws)).all()
