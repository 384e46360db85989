"""The posterior of a target in the unit disc on a square mesh: exact up to the mesh, whose halving shows how far."""

from functools import lru_cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

BLOCKS = 8  # per axis; the features hold the probability of each block
FEATURES = BLOCKS**2 + 5


class Belief(NamedTuple):
    """How likely the target is in each cell of the mesh."""

    log_probability: Float[Array, "cell"]


@lru_cache
def centres(mesh: int) -> Float[np.ndarray, "cell 2"]:
    """Return the centres of those cells of a mesh over the square around the disc whose centres are in the disc."""
    axis = (np.arange(mesh) + 0.5) / mesh * 2 - 1
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    return points[np.hypot(*points.T) <= 1].astype(np.float32)


@lru_cache
def blocks(mesh: int) -> Int[np.ndarray, "cell"]:
    """Return the number of the block that each cell is in."""
    place = np.floor((centres(mesh) + 1) / 2 * BLOCKS).astype(np.int32)
    return place[:, 0] * BLOCKS + place[:, 1]


def chance(place: Float[Array, "2"], target: Float[Array, "2"], unit: float, most: float) -> Float[Array, ""]:
    """Return the probability of a reward, min(most, 1 / (1 + d²)), at a distance of d units."""
    return jnp.minimum(most, 1.0 / (1.0 + jnp.sum((place - target) ** 2) / unit**2))


def uniform(mesh: int) -> Belief:
    """Return the prior."""
    cells = len(centres(mesh))
    return Belief(jnp.full(cells, -np.log(cells), jnp.float32))


def conditioned(belief: Belief, chances: Float[Array, "cell"], reward: Float[Array, ""]) -> Belief:
    """Return the posterior after a reward, given its probability if the target is in each cell."""
    likelihood = jnp.where(reward > 0, chances, 1.0 - chances)
    posterior = belief.log_probability + jnp.log(likelihood)
    return Belief(posterior - jax.nn.logsumexp(posterior))


def moments(belief: Belief, mesh: int) -> tuple[Float[Array, "2"], Float[Array, "2 2"]]:
    """Return mean and covariance of the target's position."""
    probability, place = jnp.exp(belief.log_probability), jnp.asarray(centres(mesh))
    mean = probability @ place
    apart = place - mean
    return mean, (probability[:, None] * apart).T @ apart


def features(belief: Belief, mesh: int) -> Float[Array, "69"]:
    """Return the blocks' probabilities, then mean, standard deviations and correlation of the position.

    Positions are scaled to [0, 1], and half the correlation is added to a half.
    """
    probability = jnp.zeros(BLOCKS**2, jnp.float32).at[blocks(mesh)].add(jnp.exp(belief.log_probability))
    mean, covariance = moments(belief, mesh)
    deviation = jnp.sqrt(jnp.diagonal(covariance))
    correlation = covariance[0, 1] / jnp.maximum(deviation[0] * deviation[1], 1e-12)
    return jnp.concatenate([probability, (mean + 1) / 2, deviation, (correlation[None] + 1) / 2])
