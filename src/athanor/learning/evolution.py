"""Evolution strategies: the gradient of a smoothed objective from values alone (Salimans et al. 2017).

With noise ε_i ~ N(0, I), each drawn with both signs (antithetic), and utilities u of the population's fitness,

    g = 1 / (N σ) Σ_i ε_i (u(f(θ + σ ε_i)) − u(f(θ − σ ε_i))),     i = 1 … N / 2,

where N is the size of the population. Utilities are the fitness itself, or its centred ranks: from −1/2 for the worst to 1/2 for
the best, equal fitness sharing the mean of its ranks, so that no outlier and no scale matters. Parameters are any pytree; the
population is one `vmap`, and runs are another around it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.learning.gradients import descend

Vector = Float[Array, "parameter"]
Fitness = Callable[[PyTree, PRNGKeyArray], Float[Array, ""]]  # greater is better


@dataclass(frozen=True)
class Evolution:
    """The settings of an evolution strategy, but for its optimiser."""

    population: int = 64  # members, in pairs
    deviation: float = 0.1  # σ of the noise
    ranked: bool = True  # whether utilities are centred ranks
    decay: float = 0.0  # of the parameters, added to the gradient descended

    def __post_init__(self) -> None:
        for name, valid, must in (
            (
                "population",
                self.population >= 2 and self.population % 2 == 0,
                "even and at least 2, as members come in pairs",
            ),
            ("deviation", 0 < self.deviation < float("inf"), "more than 0 and finite"),
            ("decay", 0 <= self.decay < 1, "at least 0 and less than 1"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")


class Evolved(NamedTuple):
    """What has evolved."""

    params: PyTree
    optimiser: optax.OptState


class Generation(NamedTuple):
    """What a generation reports."""

    fitness: Float[Array, "member"]  # those with noise added, then those with it subtracted
    gradient_norm: Float[Array, ""]


def centred_ranks(fitness: Float[Array, "member"]) -> Float[Array, "member"]:
    """Return ranks from −1/2 to 1/2; equal fitness has equal ranks."""
    worse = jnp.sum(fitness < fitness[:, None], axis=1)
    equal = jnp.sum(fitness == fitness[:, None], axis=1)
    rank = worse.astype(jnp.float32) + (equal - 1).astype(jnp.float32) / 2
    return rank / (len(fitness) - 1) - 0.5


def members(
    params: Vector, noise: Float[Array, "pair parameter"], deviation: float
) -> Float[Array, "member parameter"]:
    """Return the population: the noise added, then the noise subtracted."""
    return params + deviation * jnp.concatenate([noise, -noise])


def ascent(
    noise: Float[Array, "pair parameter"], utility: Float[Array, "member"], deviation: float
) -> Vector:
    """Return the estimated gradient, which ascends."""
    added, subtracted = jnp.split(utility, 2)
    return (added - subtracted) @ noise / (len(utility) * deviation)


def init(optimiser: optax.GradientTransformation, params: PyTree) -> Evolved:
    """Return the state before the first generation."""
    return Evolved(params, optimiser.init(params))


def generation(
    settings: Evolution,
    optimiser: optax.GradientTransformation,
    fitness: Fitness,
    state: Evolved,
    key: PRNGKeyArray,
) -> tuple[Evolved, Generation]:
    """Take one step of the optimiser; both members of a pair are played with the same key."""
    noise_key, play_key = jax.random.split(key)
    flat, unravel = _flattened(state.params)
    noise = jax.random.normal(noise_key, (settings.population // 2, flat.size))
    pairs = jax.random.split(play_key, settings.population // 2)
    keys = jnp.concatenate([pairs, pairs])

    def play(member: Vector, key: PRNGKeyArray) -> Float[Array, ""]:
        return fitness(unravel(member), key)

    value = jax.vmap(play)(members(flat, noise, settings.deviation), keys)
    utility = centred_ranks(value) if settings.ranked else value
    gradient = ascent(noise, utility, settings.deviation)
    descent = unravel(settings.decay * flat - gradient)
    evolved = Evolved(*descend(optimiser, state.params, descent, state.optimiser))
    return evolved, Generation(value, jnp.linalg.norm(gradient))


def _flattened(params: PyTree) -> tuple[Vector, Callable[[Vector], PyTree]]:
    """Return parameters as a vector, and how to undo that."""
    flat, unravel = ravel_pytree(params)
    return flat, unravel


def evolve(
    settings: Evolution,
    optimiser: optax.GradientTransformation,
    fitness: Fitness,
    state: Evolved,
    generations: int,
    key: PRNGKeyArray,
) -> tuple[Evolved, Generation]:
    """Take some generations; return the state and what they report, a generation axis first."""

    def step(state: Evolved, key: PRNGKeyArray) -> tuple[Evolved, Generation]:
        return generation(settings, optimiser, fitness, state, key)

    return jax.lax.scan(step, state, jax.random.split(key, generations))
