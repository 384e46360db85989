"""Agents with a belief: what reaches what by gradients, that they learn, and that beliefs do not depend on the policy."""

from dataclasses import replace
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.environment import Discrete
from athanor.learning.agents import Agent, agent_network, supervision
from athanor.learning.descriptions import Class, Description
from athanor.learning.layers import MemoryUnit
from athanor.learning.networks import encode, evaluate
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.learning.training import begin, train
from athanor.trial import Trial

PULLS = 4
ARMS = jnp.tile(jnp.eye(2), (32, 1))  # hidden tasks: one arm pays 1, the other 0; h is which
WHICH = Description((Class(2),))
GRADIENT = PolicyGradient(discount=0.9, gae_lambda=0.9, clip=0.2, entropy=0.01)
B = Agent(memory=False, belief="separate", hidden=16)
C = Agent(memory=True, belief="shared", hidden=16)


def norms(agent, read, key):
    """Return the gradient of something read from the last features of three steps, as the largest number by part."""
    network = agent_network(agent, WHICH, 3, Discrete(2), key)
    seen, start = jax.random.normal(key, (3, 3)), jnp.array([True, False, False])

    def value(network):
        return read(network, jax.tree.map(lambda leaf: leaf[-1], encode(network, seen, start)))

    found = eqx.filter_grad(value)(network).encoder
    parts = {name: getattr(found, name) for name in ("belief", "penultimate", "says", "control", "dense")}
    return {
        name: max(float(jnp.abs(leaf).max()) for leaf in jax.tree.leaves(part))
        for name, part in parts.items()
        if part is not None
    }


def control(network, features):
    distribution, value = network.read(features)
    return distribution.log_prob(jnp.int32(0)) + value


def told(network, features):
    del network
    return WHICH.loss(features.belief, jnp.array([1.0, 0.0]))


@pytest.mark.parametrize("reads", ["features", "outputs"])
def test_gradients_of_actor_and_critic_stop_before_the_belief(reads, key):
    agent = replace(B, reads=reads)
    stopped = norms(agent, control, key)
    assert stopped["dense"] > 0 and stopped["belief"] == stopped["penultimate"] == stopped["says"] == 0
    through = norms(replace(agent, stops_gradient=False), control, key)
    assert through["belief"] > 0 and through["penultimate"] > 0
    assert (through["says"] > 0) == (reads == "outputs")


def test_the_supervised_loss_shapes_its_own_memory_alone_or_the_shared_one(key):
    separate, shared = norms(B, told, key), norms(C, told, key)
    assert separate["belief"] > 0 and separate["says"] > 0 and separate["dense"] == 0
    assert shared["control"] > 0 and shared["says"] > 0


def test_agent_a_says_nothing_of_the_task(key):
    network = agent_network(Agent(hidden=4), WHICH, 3, Discrete(2), key)
    _, features = network.encoder(network.encoder.start(), jnp.ones(3))
    assert features.belief.shape == (0,) and features.control.shape == (4,)
    assert network.encoder.says is None


def test_a_memory_unit_is_a_gated_recurrent_unit_behind_a_layer(key):
    """Equinox's cell with the same weights, on the embedding."""
    unit = MemoryUnit(3, 4, key)
    cell = eqx.nn.GRUCell(4, 4, key=key)
    bias = unit.gates.bias + jnp.concatenate([unit.recurrent.bias[:8], jnp.zeros(4)])
    where = lambda cell: (cell.weight_ih, cell.weight_hh, cell.bias, cell.bias_n)  # noqa: E731
    weights = (unit.gates.weight.T, unit.recurrent.weight.T, bias, unit.recurrent.bias[8:])
    cell = eqx.tree_at(where, cell, weights)
    memory, seen = jnp.array([0.1, -0.2, 0.3, 0.4]), jnp.array([1.0, -1.0, 0.5])
    embedded = jax.nn.relu(seen @ unit.embedding.weight + unit.embedding.bias)
    np.testing.assert_allclose(unit(memory, seen)[0], cell(embedded, memory), rtol=1e-5, atol=1e-6)


def test_an_agent_without_memory_is_evaluated_in_one_product(key):
    network = agent_network(Agent(memory=False, hidden=4), WHICH, 3, Discrete(2), key)
    seen, start = jax.random.normal(key, (2, 5, 3)), jnp.zeros((2, 5), bool)
    _, values = evaluate(network, seen, start)
    alone = network.read(network.encoder(network.encoder.start(), seen[1, 3])[1])[1]
    assert values.shape == (2, 5)
    assert float(values[1, 3]) == pytest.approx(float(alone), rel=1e-5)


@pytest.mark.parametrize("agent", [B, C], ids=["belief network", "auxiliary head"])
def test_a_hidden_arm_is_found_told_and_kept_whoever_plays(agent, bandit, key):
    """The optimum is 1/2 for the first pull and 1 for each later one.

    The belief is 1/2 before the first pull and certain after it, also where another policy, which knows nothing of it,
    plays: the first arm, always.
    """
    trial = Trial(type(bandit)(steps=PULLS))
    learner = recurrent_learner(
        Recurrent(hidden=16, epochs=4),
        GRADIENT,
        trial,
        optax.adam(0.01),
        auxiliary=supervision(WHICH, lambda task, state: task, 0.5),
        network=lambda inputs, action, key: agent_network(agent, WHICH, inputs, action, key),
    )
    whole = jax.jit(partial(train, learner, lambda key, episode: ARMS, begin(learner, key), 120))
    run, log, finite = whole(key)
    assert finite.all()
    found = float(log.measure[-20:].mean())
    assert PULLS - 0.75 < found <= PULLS - 0.5 + 3 * 0.5 / np.sqrt(20 * len(ARMS))
    right = chance_of_truth(run.state.params, trial)
    np.testing.assert_allclose(right[:, 0], 0.5, atol=0.15)
    assert right[:, 1:].min() > 0.9


def chance_of_truth(network, trial):
    """Return the probability that is told of each of the two tasks, step by step, where the first arm is always pulled."""

    def play(task):
        state, seen = trial.reset(task, jax.random.key(0)), []
        for step in range(PULLS):
            seen.append(trial.observe(task, state))
            state, _ = trial.step(task, state, jnp.int32(0), jax.random.key(step))
        features = encode(network, jnp.stack(seen), jnp.arange(PULLS) == 0)
        return jax.vmap(WHICH.outputs)(features.belief) @ task

    return np.stack([play(task) for task in jnp.eye(2)])
