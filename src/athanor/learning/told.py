"""Environments whose tasks carry something more that an agent is told, or a learner alone knows."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.environment import Box, Space, Transition
from athanor.observed import extended


class Told(NamedTuple):
    """A task, and what comes with it."""

    task: Any
    told: Float[Array, "told"]


@dataclass(frozen=True)
class Telling:
    """An environment whose tasks are `Told`; observations end with what is told, if its size is given."""

    environment: Any  # an `Episodic`
    size: int = 0  # of what is told and seen; 0: it is not seen

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest episode."""
        return self.environment.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations; what is told is not bounded."""
        return extended(self.environment.observation, Box((-math.inf,) * self.size, (math.inf,) * self.size))

    @property
    def action(self) -> Space:
        """Return the space of actions."""
        return self.environment.action

    def reset(self, task: Told, key: PRNGKeyArray) -> Any:
        """Start an episode."""
        return self.environment.reset(task.task, key)

    def step(self, task: Told, state: Any, action: Array, key: PRNGKeyArray) -> tuple[Any, Transition]:
        """Act as in the environment."""
        return self.environment.step(task.task, state, action, key)

    def observe(self, task: Told, state: Any) -> Float[Array, "size"]:
        """Return the observation, and what is told where it is seen."""
        seen = self.environment.observe(task.task, state)
        return jnp.concatenate([seen, task.told]) if self.size else seen
