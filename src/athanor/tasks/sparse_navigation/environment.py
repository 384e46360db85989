"""Sparse navigation as an environment: 1 − distance is paid near the hidden target, nothing elsewhere."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from athanor.arc.cells import ROUNDING
from athanor.arc.environment import TargetOnArc


@dataclass(frozen=True)
class SparseNavigation(TargetOnArc):
    """The rules of the game: parameters that all tasks share."""

    def reward_at(self, distance: Float[Array, ""]) -> Float[Array, ""]:
        """Return 1 − distance within the radius, 0 outside."""
        return jnp.where(distance <= self.radius, 1.0 - distance, 0.0)

    def after(self, reached: Float[Array, "2"], reward: Float[Array, ""]) -> Float[Array, "2"]:
        """Return the position reached."""
        del reward  # a hit moves nobody
        return reached

    def allowed(
        self, reward: Float[Array, ""], nearest: Float[Array, "cell"], farthest: Float[Array, "cell"]
    ) -> Bool[Array, "cell"]:
        """Return which cells hold an angle at the distance that the reward tells."""
        distance = 1.0 - reward
        return (nearest - ROUNDING <= distance) & (distance <= farthest + ROUNDING)


SETTINGS: dict[str, SparseNavigation] = {
    "0.2_20": SparseNavigation(radius=0.2, steps=20),
    "0.3_32": SparseNavigation(radius=0.3, steps=32),
}
