"""Which angles of the arc lie within the radius of a position, for positions in the upper half of the plane."""

import numpy as np
from jaxtyping import Float


def covered(
    positions: Float[np.ndarray, "*batch 2"], radius: float
) -> tuple[Float[np.ndarray, "*batch"], Float[np.ndarray, "*batch"]]:
    """Return the first and the last angle within the radius; first > last where there is none.

    The points of the circle at distance r from a position at distance s from the centre are arccos((s² + 1 − r²) / 2s)
    from its own angle. Angles are counted from −π/2 to 3π/2.
    """
    x, y = positions[..., 0], positions[..., 1]
    distance = np.maximum(np.hypot(x, y), 1e-12)
    cosine = (distance**2 + 1 - radius**2) / (2 * distance)
    half = np.where(cosine > 1, -1.0, np.arccos(np.clip(cosine, -1, 1)))
    own = np.mod(np.arctan2(y, x) + np.pi / 2, 2 * np.pi) - np.pi / 2
    return own - half, own + half
