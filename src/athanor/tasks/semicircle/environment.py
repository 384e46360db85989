"""The semicircle as an environment: each hit of the hidden target pays 1 and sends the agent back to the origin."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from athanor.arc.cells import ROUNDING
from athanor.arc.environment import TargetOnArc


@dataclass(frozen=True)
class Semicircle(TargetOnArc):
    """The rules of the game: parameters that all tasks share."""

    steps: int = 100  # of an episode

    def reward_at(self, distance: Float[Array, ""]) -> Float[Array, ""]:
        """Return 1 within the radius, 0 outside."""
        return jnp.where(distance <= self.radius, 1.0, 0.0)

    def after(self, reached: Float[Array, "2"], reward: Float[Array, ""]) -> Float[Array, "2"]:
        """Return the origin after a hit, else the position reached."""
        return jnp.where(reward > 0, 0.0, reached)

    def allowed(
        self, reward: Float[Array, ""], nearest: Float[Array, "cell"], farthest: Float[Array, "cell"]
    ) -> Bool[Array, "cell"]:
        """Return which cells reach into the radius."""
        del reward, farthest  # a hit says no more
        return nearest <= self.radius + ROUNDING


SETTINGS: dict[str, Semicircle] = {"0.2_100": Semicircle()}
