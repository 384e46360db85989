"""A probe: a small network that learns to tell the posterior from an agent's memory, which it does not change."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.learning.gradients import descend
from athanor.learning.layers import Linear, rectified
from athanor.learning.posteriors import Posterior


class Probe(eqx.Module):
    """One layer of rectified linear units between a memory and the parameters of a posterior."""

    first: Linear
    second: Linear

    def __init__(self, inputs: int, hidden: int, outputs: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        first_key, second_key = jax.random.split(key)
        self.first, self.second = rectified(inputs, hidden, first_key), Linear(hidden, outputs, second_key)

    def __call__(self, memory: Float[Array, "input"]) -> Float[Array, "output"]:
        """Return the parameters that a memory stands for."""
        return self.second(jax.nn.relu(self.first(memory)))


class Fitting(NamedTuple):
    """How a probe is trained."""

    hidden: int  # units
    updates: int
    batch: int  # moments of an update
    rate: float  # of Adam at first; it falls to 0


def fit(
    form: Posterior,
    settings: Fitting,
    memory: Float[Array, "moment input"],
    posterior: Float[Array, "moment number"],
    key: PRNGKeyArray,
) -> Probe:
    """Return a probe of the least mean divergence from the exact posteriors, over moments drawn with replacement."""
    init_key, draw_key = jax.random.split(key)
    optimiser = optax.adam(optax.linear_schedule(settings.rate, 0.0, settings.updates))
    probe = Probe(memory.shape[1], settings.hidden, form.parameters, init_key)

    def update(
        carry: tuple[Probe, optax.OptState], key: PRNGKeyArray
    ) -> tuple[tuple[Probe, optax.OptState], None]:
        probe, state = carry
        place = jax.random.randint(key, (settings.batch,), 0, len(memory))
        direction = jax.grad(mean_divergence, argnums=1)(form, probe, memory[place], posterior[place])
        return descend(optimiser, probe, direction, state), None

    carry = (probe, optimiser.init(probe))
    (probe, _), _ = jax.lax.scan(update, carry, jax.random.split(draw_key, settings.updates))
    return probe


def mean_divergence(
    form: Posterior,
    probe: Probe,
    memory: Float[Array, "moment input"],
    posterior: Float[Array, "moment number"],
) -> Float[Array, ""]:
    """Return the mean KL(exact || decoded) of some moments, in nats."""
    believed = jax.vmap(lambda memory: form.believed(probe(memory)))(memory)
    return jnp.mean(jax.vmap(form.divergence)(posterior, believed))
