"""The half circle: paid by distance in training, at test only near the target; and how much of it episodes cover."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.arc.environment import Target
from athanor.learning.rollout import Rollout
from athanor.tasks.sparse_navigation.environment import SparseNavigation

FAMILY = "half_circle"
ANGLES = 181  # of the arc, at which cover is looked at


@dataclass(frozen=True)
class Dense(SparseNavigation):
    """The same game, paid by the distance in every step; beliefs, which are of hits, have no meaning here."""

    def reward_at(self, distance: Float[Array, ""]) -> Float[Array, ""]:
        """Return how near the target is."""
        return -distance


SPARSE, DENSE = SparseNavigation(), Dense()


class Measured(NamedTuple):
    """What is recorded of an episode."""

    earned: Float[Array, ""]
    covered: Float[Array, "angle"]  # 1 where the episode would have hit a target, else 0


def measure(task: Target, played: Rollout) -> Measured:
    """Return what an episode earned, and which angles of the arc it came near enough to for a hit."""
    del task  # cover is of all targets
    angle = jnp.linspace(0.0, SPARSE.max_angle, ANGLES)
    arc = jnp.stack([jnp.cos(angle), jnp.sin(angle)], axis=-1)
    reached = played.observation[1:, :2]
    near = jnp.linalg.norm(reached[:, None] - arc, axis=-1) <= SPARSE.radius
    return Measured(jnp.sum(played.reward), jnp.any(near, axis=0).astype(jnp.float32))


def targets(trained: int, held_out: int, key: PRNGKeyArray) -> tuple[Target, Target]:
    """Return the targets of training, evenly spread, and held-out ones, drawn."""
    spread = (jnp.arange(trained, dtype=jnp.float32) + 0.5) * (math.pi / trained)
    return Target(spread), jax.vmap(SPARSE.sample_task)(jax.random.split(key, held_out))
