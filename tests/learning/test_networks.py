"""Networks: their outputs, how they start, and the actions drawn from them."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.networks import Actor, Linear, act, evaluate


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


def test_a_centre_is_subtracted_from_the_inputs(key):
    plain, centred = Actor(2, 8, 3, key), Actor(2, 8, 3, key, centre=5.0)
    np.testing.assert_allclose(centred(jnp.array([6.0, 3.0])), plain(jnp.array([1.0, -2.0])), rtol=1e-6)


def test_any_batch_axes_evaluate_as_one_by_one(key):
    actor = Actor(3, 8, 4, key)
    observation = jax.random.normal(key, (2, 5, 3))
    one_by_one = [[actor(single) for single in row] for row in observation]
    np.testing.assert_allclose(evaluate(actor, observation), one_by_one, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("logits", [[0.0, 1.0, -1.0, 0.5], [0.0, -200.0, 0.0, -200.0]])
def test_actions_are_drawn_with_the_softmax_of_the_logits(key, logits):
    logits = jnp.array(logits)
    actor = Actor(1, 8, 4, key)
    last = eqx.tree_at(
        lambda layer: (layer.weight, layer.bias), actor.network.last, (jnp.zeros((8, 4)), logits)
    )
    actor = eqx.tree_at(lambda actor: actor.network.last, actor, last)
    draws = 20_000
    drawn = jax.vmap(lambda key: act(actor, (), jnp.ones(1), key)[0])(jax.random.split(key, draws))
    assert drawn.dtype == jnp.int32
    found = np.bincount(drawn, minlength=4) / draws
    expected = np.asarray(jax.nn.softmax(logits))
    assert (np.abs(found - expected) <= 4.0 * np.sqrt(expected * (1.0 - expected) / draws)).all()
