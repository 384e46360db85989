"""The networks of PEARL: factors of transitions, and a policy and two critics that are told z beside what is seen."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box
from athanor.learning.heads import Distribution
from athanor.learning.layers import Linear, MLPEncoder, rectified
from athanor.learning.networks import Acted, Actor, mlp_actor
from athanor.learning.off_policy_networks import ActionValues, scaled
from athanor.learning.pearl import Evidence, no_evidence, product, with_factor

LEAST_LOG_VARIANCE, LARGEST_LOG_VARIANCE = -6.0, 10.0  # of a factor


class Seen(NamedTuple):
    """The parts of what is observed in a trial."""

    observation: Float[Array, "observation"]  # of the episode
    action: Float[Array, "component"]  # the one before
    reward: Float[Array, ""]  # the one before
    starts: Bool[Array, ""]  # whether an episode starts


class Exploration(NamedTuple):
    """How a trial of training begins; a trial that is judged has none of it."""

    roaming: int = 0  # episodes in which one random action is held
    prior: int = 0  # episodes after these for which z is drawn from the prior, whatever was seen


class Memory(NamedTuple):
    """What is kept along a trial."""

    evidence: Evidence  # of all transitions so far
    z: Float[Array, "latent"]  # drawn when the episode started, and held
    before: Float[Array, "observation"]  # observation of the episode at the step before
    episode: Int[Array, ""]  # of the trial, from 1; 0 before the first
    held: Float[Array, "component"]  # an action that was drawn when the episode started


def with_rectified(encoder: Any, key: PRNGKeyArray) -> Any:
    """Return an `MLPEncoder` with the weights of `rectified`: else little of z would be left after two layers."""
    layers = (encoder.first, encoder.second)
    sizes = (layer.weight.shape for layer in layers)  # inputs, outputs
    keys = jax.random.split(key)
    drawn = tuple(rectified(size[0], size[1], own) for size, own in zip(sizes, keys, strict=True))
    return eqx.tree_at(lambda encoder: (encoder.first, encoder.second), encoder, drawn)


class PearlAgent(eqx.Module):
    """All that is learnt."""

    features: MLPEncoder
    factors: Linear  # means, then logarithms of variances
    policy: Actor
    critics: tuple[ActionValues, ActionValues]
    observed: int = eqx.field(static=True)  # numbers of an observation of an episode
    box: Box = eqx.field(static=True)  # of actions
    with_prior: bool = eqx.field(static=True)

    def __init__(
        self, observed: int, box: Box, hidden: int, components: int, with_prior: bool, key: PRNGKeyArray
    ) -> None:
        """Draw the weights; every layer has as many units."""
        keys = jax.random.split(key, 9)
        told = observed + components
        first, second = (ActionValues(told, box, hidden, own) for own in keys[:2])
        policy = mlp_actor(told, box, hidden, keys[2])
        self.features = with_rectified(
            MLPEncoder(observed + box.size + 1, hidden, (keys[3], keys[4])), keys[5]
        )
        self.factors = Linear(hidden, 2 * components, keys[6])
        self.policy = eqx.tree_at(
            lambda policy: policy.encoder, policy, with_rectified(policy.encoder, keys[7])
        )
        self.critics = tuple(
            eqx.tree_at(lambda critic: critic.encoder, critic, with_rectified(critic.encoder, own))
            for critic, own in zip((first, second), jax.random.split(keys[8]), strict=True)
        )
        self.observed, self.box, self.with_prior = observed, box, with_prior

    @property
    def components(self) -> int:
        """Return the number of components of z."""
        return self.factors.bias.shape[0] // 2

    def start(self) -> Memory:
        """Return what is kept before a trial."""
        nothing, still = no_evidence(self.components), jnp.zeros(self.box.size)
        return Memory(nothing, nothing.weighted, jnp.zeros(self.observed), jnp.int32(0), still)

    def factor(
        self, before: Float[Array, "observation"], action: Float[Array, "component"], reward: Float[Array, ""]
    ) -> tuple[Float[Array, "latent"], Float[Array, "latent"]]:
        """Return mean and variance of a transition's factor."""
        seen = jnp.concatenate([before, scaled(self.box, action), reward[None]])
        mean, log_variance = jnp.split(self.factors(self.features((), seen)[1]), 2)
        return mean, jnp.exp(jnp.clip(log_variance, LEAST_LOG_VARIANCE, LARGEST_LOG_VARIANCE))

    def distribution(
        self, observation: Float[Array, "observation"], z: Float[Array, "latent"]
    ) -> Distribution:
        """Return the policy's distribution over actions."""
        told = jnp.concatenate([observation, z])
        return self.policy.distribution(self.policy.encoder((), told)[1])

    def parts(self, observation: Float[Array, "whole"]) -> Seen:
        """Take apart what is observed in a trial."""
        own, action, reward, starts = jnp.split(
            observation, [self.observed, self.observed + self.box.size, len(observation) - 1]
        )
        return Seen(own, action, reward[0], starts[0] > 0)


def least_value(
    critics: tuple[ActionValues, ActionValues],
    observation: Float[Array, "observation"],
    z: Float[Array, "latent"],
    action: Float[Array, "component"],
) -> Float[Array, ""]:
    """Return the smaller of two critics' values: the larger of two errors upwards is not followed."""
    told = jnp.concatenate([observation, z])
    first, second = (critic(told, action) for critic in critics)
    return jnp.minimum(first, second)


def act(agent: PearlAgent, memory: Memory, observation: Float[Array, "whole"], key: PRNGKeyArray) -> Acted:
    """Count the transition that has just happened, draw z where an episode starts, and draw an action."""
    return explore(Exploration(), agent, memory, observation, key)


def explore(
    exploration: Exploration,
    agent: PearlAgent,
    memory: Memory,
    observation: Float[Array, "whole"],
    key: PRNGKeyArray,
) -> Acted:
    """Act as in training."""
    z_key, held_key, action_key = jax.random.split(key, 3)
    seen = agent.parts(observation)
    factor = agent.factor(memory.before, seen.action, seen.reward)
    evidence = with_factor(memory.evidence, *factor, memory.episode > 0)
    episode = memory.episode + seen.starts.astype(jnp.int32)
    counted = jax.tree.map(
        lambda sums: jnp.where(episode > sum(exploration), sums, jnp.zeros_like(sums)), evidence
    )
    z = jnp.where(seen.starts, product(counted, agent.with_prior).sample(z_key), memory.z)
    low, high = (jnp.array(bound, jnp.float32) for bound in agent.box)
    held = jnp.where(seen.starts, jax.random.uniform(held_key, low.shape, low.dtype, low, high), memory.held)
    distribution = agent.distribution(seen.observation, z)
    action = jnp.where(episode > exploration.roaming, distribution.sample(action_key), held)
    return Acted(action, Memory(evidence, z, seen.observation, episode, held), distribution.log_prob(action))
