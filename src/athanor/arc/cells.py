"""The arc in cells of equal width, and which of them a step leaves possible: exact up to the width of a cell."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

ROUNDING = 1e-5  # far above float32's errors, far below the width of a cell

Possible = Bool[Array, "cell"]


def point(angle: Float[Array, ""]) -> Float[Array, "2"]:
    """Return the point of the unit circle at an angle."""
    return jnp.stack([jnp.cos(angle), jnp.sin(angle)])


def distance_ranges(
    position: Float[Array, "2"], max_angle: float, cells: int
) -> tuple[Float[Array, "cell"], Float[Array, "cell"]]:
    """Return the least and the greatest distance from a position to the points of each cell.

    The distance to the point at angle w grows with |w − the position's own angle|, so that both lie at the ends of a
    cell, unless the position's own angle is inside: then the nearest point is |1 − its distance from the centre| away.
    """
    edges = np.linspace(0.0, max_angle, cells + 1)
    ends = jnp.asarray(np.stack([np.cos(edges), np.sin(edges)], axis=-1), jnp.float32)
    distance = jnp.linalg.norm(ends - position, axis=-1)
    first, second = distance[:-1], distance[1:]
    width = max_angle / cells
    own = jnp.mod(jnp.arctan2(position[1], position[0]), 2 * jnp.pi)
    inside = jnp.arange(cells) == jnp.floor(own / width).astype(jnp.int32)
    radial = jnp.abs(1.0 - jnp.linalg.norm(position))
    return jnp.where(inside, radial, jnp.minimum(first, second)), jnp.maximum(first, second)


def features(possible: Possible) -> Float[Array, "feature"]:
    """Return which cells are possible, then mean and standard deviation of the target's angle, as shares of the arc."""
    kept = possible.astype(jnp.float32)
    probability = kept / jnp.maximum(jnp.sum(kept), 1.0)
    middles = (jnp.arange(len(possible), dtype=jnp.float32) + 0.5) / len(possible)
    mean = jnp.sum(probability * middles)
    deviation = jnp.sqrt(jnp.sum(probability * (middles - mean) ** 2))
    return jnp.concatenate([kept, mean[None], deviation[None]])
