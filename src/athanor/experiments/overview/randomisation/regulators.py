"""Feedbacks u = −k x of the linear system by an evolution strategy; k is static, told of b, or read from a memory.

A memory sees x_t / x_{t−1} = a − b k alone. So costs are those from x = 1, whatever the start, which has variance 1; an
expectation over b is a quadrature.
"""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.overview.randomisation.config import Regulators
from athanor.experiments.overview.randomisation.systems import System, places, within
from athanor.learning.evolution import Evolution, evolve, init
from athanor.learning.layers import Linear
from athanor.tasks.lqr.environment import Gain, Lqr, State
from athanor.tasks.lqr.exact import over_b

MOST = 3.0  # of a ratio that is seen: no loop of use grows so fast


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
    rules: Lqr, regulator: Regulator, system: System, place: Float[Array, ""], state: State
) -> Float[Array, ""]:
    """Return the cost of an episode from a state."""
    task = Gain(within(rules.low, rules.high, place))

    def step(carry: tuple[State, Array, Array], _: None) -> tuple[tuple[State, Array, Array], Array]:
        state, memory, ratio = carry
        memory, gain = regulator(system, memory, ratio, place)
        following, transition = rules.step(task, state, -gain * state.x[None], jax.random.key(0))
        moved = following.x / jnp.where(state.x == 0, 1.0, state.x)
        return (following, memory, jnp.clip(moved, -MOST, MOST)), transition.reward

    first = state, jnp.zeros(regulator.unit.hidden_size), jnp.float32(0.0)
    return -jnp.sum(jax.lax.scan(step, first, length=rules.steps)[1])


def expected_cost(rules: Lqr, tested: Lqr, regulator: Regulator, system: System) -> Float[Array, ""]:
    """Return the expected cost where b is drawn from the range of `tested`, which may be another than that of training."""
    b, weight = over_b(tested)
    middle, half = (rules.low + rules.high) / 2, (rules.high - rules.low) / 2
    place = jnp.asarray((b - middle) / half, jnp.float32)
    one = State(jnp.float32(1.0), jnp.int32(0))
    costs = jax.vmap(lambda place: cost(rules, regulator, system, place, one))(place)
    return jnp.asarray(weight, jnp.float32) @ costs


def trained(settings: Regulators, rules: Lqr, system: System, key: PRNGKeyArray) -> Regulator:
    """Return a regulator that has evolved."""
    first_key, evolve_key = jax.random.split(key)

    def fitness(regulator: Regulator, key: PRNGKeyArray) -> Float[Array, ""]:
        place_key, reset_key = jax.random.split(key)
        drawn = places(system.spread, settings.episodes, 1, place_key)[:, 0]
        tasks = Gain(within(rules.low, rules.high, drawn))
        state = jax.vmap(rules.reset)(tasks, jax.random.split(reset_key, settings.episodes))
        return -jnp.mean(jax.vmap(partial(cost, rules, regulator, system))(drawn, state))

    rate = optax.linear_schedule(settings.rate, 0.1 * settings.rate, settings.generations)
    optimiser = optax.adam(rate)
    start = init(optimiser, Regulator(settings.hidden, first_key))
    evolution = Evolution(settings.population, settings.deviation)
    return evolve(evolution, optimiser, fitness, start, settings.generations, evolve_key)[0].params
