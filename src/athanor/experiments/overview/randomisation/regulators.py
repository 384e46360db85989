"""Feedbacks u = −k x of the linear system by an evolution strategy; k is static, told of b, or read from a memory.

A memory sees x_t / x_{t−1} = a − b k alone. So costs are those from x = 1, whatever the start, which has variance 1; an
expectation over b is a quadrature.
"""

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.overview.randomisation.config import Regulators
from athanor.experiments.overview.randomisation.systems import System, places, within
from athanor.learning.evolution import Evolution, evolve, init
from athanor.learning.layers import Linear
from athanor.tasks.lqr.environment import SETTINGS, Gain, Lqr, State
from athanor.tasks.lqr.exact import over_b

MOST = 3.0  # of a ratio that is seen: no loop of use grows so fast


RULES = Lqr()  # all settings differ from it in the range of b alone
ONE = State(jnp.float32(1.0), jnp.int32(0))


class Gains(NamedTuple):
    """The range of b in training, as data: one program serves all."""

    low: Float[Array, ""]
    high: Float[Array, ""]


class Regulator(eqx.Module):
    """A gain that is linear in gated recurrent units."""

    unit: eqx.nn.GRUCell
    gain: Linear

    def __init__(self, hidden: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        unit_key, gain_key = jax.random.split(key)
        self.unit = eqx.nn.GRUCell(2, hidden, key=unit_key)
        self.gain = Linear(hidden, 1, gain_key)

    def __call__(
        self,
        system: System,
        memory: Float[Array, "hidden"],
        ratio: Float[Array, ""],
        place: Float[Array, ""],
    ) -> tuple[Float[Array, "hidden"], Float[Array, ""]]:
        """Return the next memory and the gain: a static one for who neither remembers nor is told."""
        seen = jnp.stack([system.remembers * ratio, system.told * place])
        memory = self.unit(seen, system.remembers * memory)
        return memory, self.gain(memory)[0]


def first_gain(regulator: Regulator, system: System) -> Float[Array, ""]:
    """Return the gain at the start of an episode on the mean system; it stays, for who neither remembers nor is told."""
    zero = jnp.float32(0.0)
    return regulator(system, jnp.zeros(regulator.unit.hidden_size), zero, zero)[1]


def cost(
    own: Gains, regulator: Regulator, system: System, b: Float[Array, ""], state: State
) -> Float[Array, ""]:
    """Return the cost of an episode from a state; who is told b sees its place in the range of training."""
    place = 2 * (b - own.low) / (own.high - own.low) - 1

    def step(carry: tuple[State, Array, Array], _: None) -> tuple[tuple[State, Array, Array], Array]:
        state, memory, ratio = carry
        memory, gain = regulator(system, memory, ratio, place)
        following, transition = RULES.step(Gain(b), state, -gain * state.x[None], jax.random.key(0))
        moved = following.x / jnp.where(state.x == 0, 1.0, state.x)
        return (following, memory, jnp.clip(moved, -MOST, MOST)), transition.reward

    first = state, jnp.zeros(regulator.unit.hidden_size), jnp.float32(0.0)
    return -jnp.sum(jax.lax.scan(step, first, length=RULES.steps)[1])


def expected_costs(own: Gains, regulator: Regulator, system: System) -> Float[Array, "tested"]:
    """Return the expected cost where b is drawn from each of the ranges in `SETTINGS`."""
    b, weight = (
        jnp.asarray(np.stack(parts), jnp.float32)
        for parts in zip(*map(over_b, SETTINGS.values()), strict=True)
    )
    of_b = partial(cost, own, regulator, system, state=ONE)
    return jnp.sum(weight * jax.vmap(jax.vmap(of_b))(b), axis=1)


def trained(settings: Regulators, own: Gains, system: System, key: PRNGKeyArray) -> Regulator:
    """Return a regulator that has evolved."""
    first_key, evolve_key = jax.random.split(key)

    def fitness(regulator: Regulator, key: PRNGKeyArray) -> Float[Array, ""]:
        place_key, reset_key = jax.random.split(key)
        b = within(own.low, own.high, places(system.spread, settings.episodes, 1, place_key)[:, 0])
        state = jax.vmap(RULES.reset)(Gain(b), jax.random.split(reset_key, settings.episodes))
        return -jnp.mean(jax.vmap(partial(cost, own, regulator, system))(b, state))

    rate = optax.linear_schedule(settings.rate, 0.1 * settings.rate, settings.generations)
    optimiser = optax.adam(rate)
    start = init(optimiser, Regulator(settings.hidden, first_key))
    evolution = Evolution(settings.population, settings.deviation)
    return evolve(evolution, optimiser, fitness, start, settings.generations, evolve_key)[0].params


def regulated(
    settings: Regulators, own: Gains, system: System, key: PRNGKeyArray
) -> tuple[Float[Array, "tested"], Float[Array, ""]]:
    """Train a regulator; return its expected cost on each range, and its first gain on the mean system."""
    regulator = trained(settings, own, system, key)
    return expected_costs(own, regulator, system), first_gain(regulator, system)
