"""Networks for learning off policy: a memory, a noisy layer on it, a policy, and the values of actions."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from athanor.environment import Box, Discrete, Space
from athanor.learning.bottleneck import Bottleneck, Code
from athanor.learning.heads import Distribution
from athanor.learning.layers import Encoder, GRUEncoder, Linear, MLPEncoder
from athanor.learning.networks import Acted, Actor, encode, mlp_actor


class ActionValues(eqx.Module):
    """The values of actions: of one that is given as a vector, or of all where they are numbers."""

    encoder: MLPEncoder
    value: Linear
    space: Space = eqx.field(static=True)

    def __init__(self, inputs: int, space: Space, hidden: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        keys = jax.random.split(key, 3)
        taken, outputs = (0, space.n) if isinstance(space, Discrete) else (space.size, 1)
        self.encoder = MLPEncoder(inputs + taken, hidden, (keys[0], keys[1]))
        self.value = Linear(hidden, outputs, keys[2])
        self.space = space

    def of_all(self, seen: Float[Array, "seen"]) -> Float[Array, "action"]:
        """Return the value of every number."""
        return self.value(self.encoder((), seen)[1])

    def __call__(self, seen: Float[Array, "seen"], action: Array) -> Float[Array, ""]:
        """Return the value of an action; a vector's components are scaled to [-1, 1]."""
        if isinstance(self.space, Discrete):
            return self.of_all(seen) @ jax.nn.one_hot(action, self.space.n)
        return self.of_all(jnp.concatenate([seen, scaled(self.space, action)]))[0]


def scaled(box: Box, action: Float[Array, "component"]) -> Float[Array, "component"]:
    """Return an action as shares of the half widths of its box, from the middle."""
    low, high = (jnp.array(bound, jnp.float32) for bound in box)
    return (2.0 * action - low - high) / (high - low)


class OffPolicyAgent(eqx.Module):
    """All that is learnt of acting: policy and values read the observation and what is remembered of the trial."""

    encoder: Encoder
    bottleneck: Bottleneck | None
    policy: Actor
    values: ActionValues


class Remembered(NamedTuple):
    """What a memory has to tell along a trial."""

    features: Float[Array, "time feature"]
    code: Code | None  # of the noisy layer, if there is one
    told: Float[Array, "time told"]  # what policy and values read: features, or what is drawn of the code


def draw_agent(
    inputs: int, space: Space, hidden: int, recurrent: bool, bottleneck: bool, key: PRNGKeyArray
) -> OffPolicyAgent:
    """Draw all weights; every layer has as many units, and so has the noisy one."""
    encoder_key, bottleneck_key, policy_key, value_key = jax.random.split(key, 4)
    encoder: Encoder
    if recurrent:
        encoder = GRUEncoder(inputs, hidden, encoder_key)
    else:
        first, second = jax.random.split(encoder_key)
        encoder = MLPEncoder(inputs, hidden, (first, second))
    return OffPolicyAgent(
        encoder,
        Bottleneck(hidden, hidden, bottleneck_key) if bottleneck else None,
        mlp_actor(inputs + hidden, space, hidden, policy_key),
        ActionValues(inputs + hidden, space, hidden, value_key),
    )


def remember(
    agent: OffPolicyAgent,
    observation: Float[Array, "time observation"],
    start: Bool[Array, "time"],
    key: PRNGKeyArray,
) -> Remembered:
    """Recompute what a trial leaves in the memory, from the trial's start on."""
    features = encode(agent, observation, start)
    if agent.bottleneck is None:
        return Remembered(features, None, features)
    code = agent.bottleneck(features)
    return Remembered(features, code, code.sample(key))


def policy(agent: OffPolicyAgent, seen: Float[Array, "seen"]) -> Distribution:
    """Return the distribution over actions, given the observation and what was told, one after the other."""
    return agent.policy.distribution(agent.policy.encoder((), seen)[1])


def act(
    agent: OffPolicyAgent, memory: Any, observation: Float[Array, "observation"], key: PRNGKeyArray
) -> Acted:
    """Take the observation into the memory, and draw an action; the noise of the layer is drawn anew each step."""
    memory, told = agent.encoder(memory, observation)
    if agent.bottleneck is not None:
        told = agent.bottleneck(told).sample(jax.random.fold_in(key, 1))
    distribution = policy(agent, jnp.concatenate([observation, told]))
    action = distribution.sample(key)
    return Acted(action, memory, distribution.log_prob(action))
