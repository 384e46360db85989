"""Memories: step by step they give what a pass over the whole trial gives, in NumPy too; nothing is seen before its time."""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.environment import Discrete
from athanor.learning.agents import Agent, agent_network
from athanor.learning.descriptions import Description
from athanor.learning.layers import Encoder
from athanor.learning.memories import (
    HEADS,
    KEY,
    MEMORIES,
    ConvolutionEncoder,
    attend,
    equal_width,
    memory_actor_critic,
    size,
)
from athanor.learning.networks import encode
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.learning.training import begin, train
from athanor.trial import Trial

INPUTS, WIDTH, STEPS, WINDOW = 3, 6, 9, 5
START = np.arange(STEPS) == 0
TWICE = np.isin(np.arange(STEPS), [0, 4])  # the memory starts anew in the middle
NAMES = sorted(MEMORIES)
PULLS = 4
ARMS = jnp.tile(jnp.eye(2), (32, 1))  # hidden tasks: one arm pays 1, the other 0
GRADIENT = PolicyGradient(discount=0.9, gae_lambda=0.9, clip=0.2, entropy=0.01)


@pytest.fixture(scope="module")
def networks():
    """Networks whose numbers are all drawn, those that start at 0 or 1 too."""

    def drawn(name):
        network = memory_actor_critic(MEMORIES[name], WIDTH, WINDOW, INPUTS, Discrete(2), jax.random.key(1))
        leaves, structure = jax.tree.flatten(network)
        keys = jax.random.split(jax.random.key(2), len(leaves))
        noisy = [
            leaf + 0.3 * jax.random.normal(key, leaf.shape) for leaf, key in zip(leaves, keys, strict=True)
        ]
        return jax.tree.unflatten(structure, noisy)

    return {name: drawn(name) for name in NAMES}


@pytest.fixture(scope="module")
def seen():
    return np.asarray(jax.random.normal(jax.random.key(3), (STEPS, INPUTS)))


class Stepwise(eqx.Module):
    """An encoder without its way to take a whole trial at once."""

    encoder: Encoder

    def start(self):
        return self.encoder.start()

    def __call__(self, memory, observation):
        return self.encoder(memory, observation)


def step_by_step(network):
    return eqx.tree_at(lambda network: network.encoder, network, replace_fn=Stepwise)


@jax.jit
def stepwise(network, seen, start):
    return encode(step_by_step(network), seen, start)


at_once = jax.jit(encode)


def affine(layer, inputs):
    return inputs @ np.asarray(layer.weight, float) + np.asarray(layer.bias, float)


def embedded(encoder, seen):
    return np.maximum(affine(encoder.embedding, seen.astype(float)), 0.0)


def normal(norm, rows):
    centred = rows - rows.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + norm.eps)
    return scaled * np.asarray(norm.weight) + np.asarray(norm.bias)


def lstm(encoder, seen):
    """Hochreiter and Schmidhuber's equations with a forget gate, gate by gate."""
    cell, width = encoder.cell, WIDTH
    hidden, state, found = np.zeros(width), np.zeros(width), []
    for row in embedded(encoder, seen):
        gates = np.asarray(cell.weight_ih) @ row + np.asarray(cell.weight_hh) @ hidden + np.asarray(cell.bias)
        enters, forgets, candidate, shows = gates.reshape(4, width)
        enters, forgets, shows = (1 / (1 + np.exp(-gate)) for gate in (enters, forgets, shows))
        state = forgets * state + enters * np.tanh(candidate)
        hidden = shows * np.tanh(state)
        found.append(hidden)
    return np.array(found)


def attention(encoder, seen):
    """All steps at once: scores of every pair of steps, those masked that a step cannot see."""
    x = embedded(encoder, seen)
    projected = affine(encoder.projections, normal(encoder.norms[0], x))
    queries, keys, values = np.split(projected, [HEADS * KEY, (HEADS + 1) * KEY], axis=1)
    read = np.zeros((len(x), HEADS, KEY))
    for head in range(HEADS):
        scores = queries[:, head * KEY : (head + 1) * KEY] @ keys.T / np.sqrt(KEY)
        for step in range(len(x)):
            first = max(0, step - WINDOW + 1)
            ago = step - np.arange(first, step + 1)
            own = scores[step, first : step + 1] + np.asarray(encoder.positions)[head, WINDOW - 1 - ago]
            weight = np.exp(own - own.max())
            read[step, head] = weight / weight.sum() @ values[first : step + 1]
    y = x + affine(encoder.mixing, read.reshape(len(x), -1))
    inner = np.maximum(affine(encoder.inner, normal(encoder.norms[1], y)), 0.0)
    return normal(encoder.norms[2], y + affine(encoder.outer, inner))


def convolution(encoder, seen):
    """Each block as a sum of two taps over the whole trial, padded with zeros."""
    x = embedded(encoder, seen)
    for level, block in enumerate(encoder.blocks):
        earlier, present = np.split(np.asarray(block.weight, float), 2)
        padded = np.vstack([np.zeros((2**level, WIDTH)), x])[: len(x)]
        x = x + np.maximum(padded @ earlier + x @ present + np.asarray(block.bias), 0.0)
    return normal(encoder.norm, x)


IN_NUMPY = {"lstm": lstm, "attention": attention, "temporal_convolution": convolution}


@pytest.mark.parametrize("name", NAMES)
def test_step_by_step_and_at_once_are_a_pass_over_the_whole_trial(name, networks, seen):
    network = networks[name]
    expected = IN_NUMPY[name](network.encoder, seen)
    for features in (stepwise, at_once):
        np.testing.assert_allclose(features(network, seen, START), expected, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_start_clears_the_memory(name, networks, seen):
    network = networks[name]
    parts = [IN_NUMPY[name](network.encoder, part) for part in (seen[:4], seen[4:])]
    for features in (stepwise, at_once):
        found = features(network, seen, TWICE)
        np.testing.assert_allclose(found, np.concatenate(parts), rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_change_reaches_no_earlier_step_and_all_in_the_window(name, networks, seen):
    network, changed = networks[name], seen.copy()
    changed[3] += 1.0
    for features in (stepwise, at_once):
        reached = (
            np.abs(features(network, seen, START) - features(network, changed, START)).max(axis=1) > 1e-6
        )
        assert not reached[:3].any()
        assert reached[3 : 3 + WINDOW].all()
        if name == "attention":  # the convolution sees 8 steps, the least power of 2 that sees the window
            assert not reached[3 + WINDOW :].any()


def test_attention_by_hand():
    """Scores log 3 and 0, with a third step that is not there: three quarters of one value, a quarter of the other."""
    queries, there = jnp.array([[1.0]]), jnp.array([True, True, False])
    keys, values = jnp.array([[np.log(1.5)], [0.0], [9.0]]), jnp.array([[4.0], [8.0], [100.0]])
    positions = jnp.array([[np.log(2.0), 0.0, 0.0]])
    assert float(attend(queries, keys, values, positions, there)[0, 0]) == pytest.approx(5.0)


def test_a_convolution_by_hand():
    """Weights 1, no bias, embedding and norm left out: 1, 2, 3, 4 become x_t + (x_t + x_{t-1}), then that with two before."""
    encoder = ConvolutionEncoder(1, 1, 4, jax.random.key(0))
    ones = jax.tree.map(jnp.ones_like, encoder)
    bias = lambda encoder: [layer.bias for layer in (encoder.embedding, *encoder.blocks)]  # noqa: E731
    encoder = eqx.tree_at(bias, ones, [jnp.zeros(1)] * 3)
    encoder = eqx.tree_at(lambda encoder: encoder.norm, encoder, eqx.nn.Identity())
    memory, found = encoder.start(), []
    for number in (1.0, 2.0, 3.0, 4.0):
        memory, features = encoder(memory, jnp.array([number]))
        found.append(float(features[0]))
    # first block: 2, 5, 8, 11; second: twice each, and what the first gave two steps before
    assert found == [4.0, 10.0, 18.0, 27.0]


@pytest.mark.parametrize(("window", "blocks"), [(1, 0), (2, 1), (10, 4), (60, 6), (64, 6), (100, 7)])
def test_convolutions_are_as_many_as_see_the_window(window, blocks, key):
    assert len(ConvolutionEncoder(2, 3, window, key).blocks) == blocks


@pytest.mark.parametrize("name", NAMES)
def test_networks_are_as_large_as_the_one_with_a_gated_recurrent_unit(name):
    recurrent = size(partial(agent_network, Agent(hidden=64), Description(()), 12, Discrete(5)))

    def build(width, key):
        return memory_actor_critic(MEMORIES[name], width, 60, 12, Discrete(5), key)

    width = equal_width(build, recurrent)
    off = [abs(size(partial(build, other)) - recurrent) for other in (width - 1, width, width + 1)]
    assert min(off) == off[1] <= 0.1 * recurrent


def test_numbers_of_a_network_by_hand(key):
    """A convolution of width 2 with two blocks: embedding 4 · 2, blocks 2 · 5 · 2, norm 4; heads 3 · 2 and 3."""
    build = partial(memory_actor_critic, ConvolutionEncoder, 2, 4, 3, Discrete(2))
    assert size(build) == 8 + 20 + 4 + 6 + 3
    assert sum(leaf.size for leaf in jax.tree.leaves(build(key))) == size(build)


def remembering(name, environment, optimiser):
    """Return the recurrent learner with a memory."""
    settings = Recurrent(epochs=4, reward_scale=2.0, entropy_updates=8)
    network = partial(memory_actor_critic, MEMORIES[name], 16, environment.steps)
    return recurrent_learner(settings, GRADIENT, environment, optimiser, network=network)


def test_an_update_is_that_of_going_step_by_step(bandit, key):
    """Also where the memory starts anew within what is learnt from, and the weight of the entropy falls."""
    trial = Trial(type(bandit)(steps=2), episodes=2, keep_memory=False)
    learner = remembering("temporal_convolution", trial, optax.sgd(0.1))
    state = learner.init(key)._replace(updates=jnp.int32(3))
    played = jax.jit(learner.collect)(state, ARMS[:4], key)
    assert played.rollout.start.sum() == 2 * 4
    update = jax.jit(learner.update)
    whole, steps = (
        update(each, played, key) for each in (state, state._replace(params=step_by_step(state.params)))
    )
    assert int(whole[0].updates) == 4
    assert isinstance(steps[0].params.encoder, Stepwise)
    for a, b in zip(jax.tree.leaves(whole), jax.tree.leaves(steps), strict=True):
        np.testing.assert_allclose(a, b, rtol=5e-3, atol=5e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_hidden_arm_is_found_and_kept(name, bandit, key):
    """The optimum is 1/2 for the first pull and 1 for each later one; without memory it is 1/2 a pull."""
    learner = remembering(name, Trial(type(bandit)(steps=PULLS)), optax.adam(0.01))
    whole = jax.jit(partial(train, learner, lambda key, episode: ARMS, begin(learner, key), 80))
    _, log, finite = whole(key)
    assert finite.all()
    found = float(log.measure[-20:].mean())
    assert PULLS - 0.75 < found <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(20 * len(ARMS))
