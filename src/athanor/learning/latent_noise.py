"""Noise that is drawn once an episode: its distribution, the policy that sees it, and the environment that draws it.

What is stored as observed is standard normal e, and the latent vector z = mu + sigma e is computed in the policy:
derivatives in mu and sigma go through z.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.environment import Box, Episodic, Space, Transition
from athanor.learning.layers import Encoder
from athanor.learning.networks import Actor


class Latent(NamedTuple):
    """A normal distribution over latent vectors with independent components."""

    mean: Float[Array, "*task latent"]
    log_deviation: Float[Array, "*task latent"]


def standard(*shape: int) -> Latent:
    """Return N(0, I)."""
    return Latent(jnp.zeros(shape), jnp.zeros(shape))


def divergence(latent: Latent) -> Float[Array, ""]:
    """Return KL(N(mu, sigma^2) || N(0, I)) = sum of (sigma^2 + mu^2 - 1) / 2 - log sigma, in nats."""
    squares = jnp.exp(2 * latent.log_deviation) + jnp.square(latent.mean)
    return jnp.sum((squares - 1) / 2 - latent.log_deviation)


class NoiseEncoder(eqx.Module):
    """Turn the standard normal noise at the end of an observation into a latent vector, and encode both."""

    encoder: Encoder
    latent: Latent

    def start(self) -> Any:
        """Return the memory at the start of an episode."""
        return self.encoder.start()

    def __call__(self, memory: Any, observation: Float[Array, "observation"]) -> tuple[Any, Any]:
        """Return the next memory and the features."""
        size = self.latent.mean.shape[-1]
        drawn = self.latent.mean + jnp.exp(self.latent.log_deviation) * observation[-size:]
        return self.encoder(memory, jnp.concatenate([observation[:-size], drawn]))


def with_latent(policy: Actor, latent: Latent) -> Actor:
    """Return the policy on noise of this distribution."""
    return Actor(NoiseEncoder(policy.encoder, latent), policy.head)


class NoisyState(NamedTuple):
    """A state and the noise of its episode."""

    state: Any
    noise: Float[Array, "latent"]


@dataclass(frozen=True)
class WithNoise:
    """An environment whose observations end with standard normal noise that is drawn once an episode."""

    environment: Episodic[Any, Any]
    size: int  # of the noise

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size is {self.size}, must be at least 1")

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest episode."""
        return self.environment.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations."""
        low, high = self.environment.observation
        return Box((*low, *(-float("inf"),) * self.size), (*high, *(float("inf"),) * self.size))

    @property
    def action(self) -> Space:
        """Return the space of actions."""
        return self.environment.action

    def reset(self, task: Any, key: PRNGKeyArray) -> NoisyState:
        """Start an episode, and draw its noise."""
        reset_key, noise_key = jax.random.split(key)
        return NoisyState(self.environment.reset(task, reset_key), jax.random.normal(noise_key, (self.size,)))

    def step(
        self, task: Any, state: NoisyState, action: Array, key: PRNGKeyArray
    ) -> tuple[NoisyState, Transition]:
        """Take an action."""
        following, transition = self.environment.step(task, state.state, action, key)
        return state._replace(state=following), transition

    def observe(self, task: Any, state: NoisyState) -> Float[Array, "observation"]:
        """Return what the agent sees, then the noise."""
        return jnp.concatenate([self.environment.observe(task, state.state), state.noise])
