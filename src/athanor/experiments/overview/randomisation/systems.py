"""What policies are trained on and told, as data: one program serves all of them."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray


class System(NamedTuple):
    """A way to train, in numbers from 0 to 1."""

    spread: Float[
        Array, ""
    ]  # of the parameters in training, as a share of the family's range; 0: the mean system
    told: Float[Array, ""]  # whether the parameters are seen
    remembers: Float[Array, ""]  # whether a memory is read


SYSTEMS = {
    name: System(*map(jnp.float32, switches))
    for name, switches in {
        "nominal": (0.0, 0.0, 0.0),
        "randomised": (1.0, 0.0, 0.0),
        "with_memory": (1.0, 0.0, 1.0),
        "oracle": (1.0, 1.0, 0.0),
    }.items()
}


def places(spread: Float[Array, ""], count: int, size: int, key: PRNGKeyArray) -> Float[Array, "count size"]:
    """Draw systems by where they lie in the family's range: 0 is its middle, ±1 are its ends."""
    return spread * jax.random.uniform(key, (count, size), minval=-1.0, maxval=1.0)


def within(
    low: float | Float[Array, ""], high: float | Float[Array, ""], place: Float[Array, "*place"]
) -> Float[Array, "*place"]:
    """Return the parameter that lies at a place of a range."""
    return (low + high) / 2 + (high - low) / 2 * place
