"""The networks of the learners: an encoder and heads, as pytrees of arrays only."""

from typing import Any, NamedTuple, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray, PyTree

from athanor.environment import Space
from athanor.learning.heads import Distribution, Head, policy_head
from athanor.learning.layers import Encoder, GRUEncoder, Linear, MLPEncoder


@runtime_checkable
class Encoding(Protocol):
    """Whatever has an encoder."""

    @property
    def encoder(self) -> Encoder:
        """Return the encoder."""


@runtime_checkable
class WholeTrial(Protocol):
    """An encoder that need not go step by step over what was observed already.

    A scan over the steps would read its whole window anew in each, and keep all windows for the gradient.
    """

    def along(
        self, observation: Float[Array, "time observation"], start: Bool[Array, "time"]
    ) -> Float[Array, "time feature"]:
        """Return the features of all steps; where `start` is true the memory starts anew."""


class Actor(eqx.Module):
    """A policy: what is seen is encoded, and a head makes a distribution over actions of it."""

    encoder: Encoder
    head: Head

    def distribution(self, features: Float[Array, "feature"]) -> Distribution:
        """Return the distribution over actions."""
        return self.head(features)

    def read(self, features: Float[Array, "feature"]) -> Distribution:
        """Return what is read from the features: the distribution."""
        return self.head(features)


class Critic(eqx.Module):
    """An estimate of the value of a state, or of a history."""

    encoder: Encoder
    value: Linear

    def read(self, features: Float[Array, "feature"]) -> Float[Array, ""]:
        """Return the value."""
        return self.value(features)[0]


class ActorCritic(eqx.Module):
    """A policy and the values of what it does, read from the same features."""

    encoder: Encoder
    head: Head
    value: Linear

    def distribution(self, features: Float[Array, "feature"]) -> Distribution:
        """Return the distribution over actions."""
        return self.head(features)

    def read(self, features: Float[Array, "feature"]) -> tuple[Distribution, Float[Array, ""]]:
        """Return the distribution and the value."""
        return self.head(features), self.value(features)[0]


def mlp_actor(
    inputs: int, action: Space, hidden: int, key: PRNGKeyArray, observation_offset: float = 0.0
) -> Actor:
    """Return a policy without memory, two hidden layers between what is seen and the head."""
    first_key, second_key, head_key = jax.random.split(key, 3)
    encoder = MLPEncoder(inputs, hidden, (first_key, second_key), observation_offset)
    return Actor(encoder, policy_head(action, hidden, head_key))


def mlp_critic(inputs: int, hidden: int, key: PRNGKeyArray, observation_offset: float = 0.0) -> Critic:
    """Return a critic without memory."""
    first_key, second_key, value_key = jax.random.split(key, 3)
    encoder = MLPEncoder(inputs, hidden, (first_key, second_key), observation_offset)
    return Critic(encoder, Linear(hidden, 1, value_key))


def gru_actor_critic(inputs: int, action: Space, hidden: int, key: PRNGKeyArray) -> ActorCritic:
    """Return a policy with values whose memory is a gated recurrent unit's."""
    cell_key, policy_key, value_key = jax.random.split(key, 3)
    encoder = GRUEncoder(inputs, hidden, cell_key)
    return ActorCritic(encoder, policy_head(action, hidden, policy_key), Linear(hidden, 1, value_key))


def encode(
    network: Encoding,
    observation: Float[Array, "time observation"],
    start: Bool[Array, "time"],
) -> Any:
    """Return the features along an episode, time axis first; where `start` is true the memory starts anew.

    Without a memory all steps are one matrix product; a memory that has a way to takes all of them at once.
    """
    if isinstance(network.encoder, WholeTrial):
        return network.encoder.along(observation, start)
    encoder, first = network.encoder, network.encoder.start()
    if not jax.tree.leaves(first):
        return jax.vmap(lambda observation: encoder(first, observation)[1])(observation)

    def step(memory: Any, seen: tuple[Array, Array]) -> tuple[Any, Any]:
        observation, starts = seen
        kept = jax.tree.map(lambda anew, old: jnp.where(starts, anew, old), first, memory)
        return encoder(kept, observation)

    return jax.lax.scan(step, first, (observation, start))[1]


def evaluate(
    network: Actor | Critic | ActorCritic,
    observation: Float[Array, "*batch time observation"],
    start: Bool[Array, "*batch time"],
) -> Any:
    """Return what is read along episodes with any batch axes; without a memory, as one matrix product."""
    axes = observation.shape[:-1]
    if not jax.tree.leaves(network.encoder.start()):
        flat = observation.reshape(-1, observation.shape[-1])
        read = jax.vmap(network.read)(encode(network, flat, start.reshape(-1)))
    else:
        flat = observation.reshape(-1, *observation.shape[-2:])
        features = jax.vmap(encode, in_axes=(None, 0, 0))(network, flat, start.reshape(-1, axes[-1]))
        read = jax.vmap(network.read)(
            jax.tree.map(lambda leaf: leaf.reshape(leaf.shape[0] * leaf.shape[1], *leaf.shape[2:]), features)
        )
    return jax.tree.map(lambda leaf: leaf.reshape(*axes, *leaf.shape[1:]), read)


class Acted(NamedTuple):
    """What an agent does at a step."""

    action: Array
    memory: Any  # after it
    log_probability: Float[Array, ""]  # of the action


def act(
    network: Actor | ActorCritic, memory: Any, observation: Float[Array, "observation"], key: PRNGKeyArray
) -> Acted:
    """Take the observation into the memory, and draw an action."""
    memory, features = network.encoder(memory, observation)
    distribution = network.distribution(features)
    action = distribution.sample(key)
    return Acted(action, memory, distribution.log_prob(action))


def largest_difference(
    first: PyTree[Float[Array, "..."]], second: PyTree[Float[Array, "..."]]
) -> Float[Array, ""]:
    """Return the largest absolute difference between two parameters of the same place."""
    differences = jax.tree.map(lambda a, b: jnp.max(jnp.abs(a - b)), first, second)
    return jnp.max(jnp.stack(jax.tree.leaves(differences)))
