"""Environments whose observation ends with more than their own: the exact belief, or the task itself."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.environment import Box, Space, Transition, WithTellingStart


class Believed(NamedTuple):
    """A state, and the posterior given everything seen on the way to it."""

    state: Any
    belief: Any


@dataclass(frozen=True)
class BeliefObserved:
    """A family whose observation ends with the features of the exact posterior, which follow from what was seen."""

    family: Any  # an `Environment` that is `WithPosterior`

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest episode."""
        return self.family.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations; features are not bounded."""
        size = self.family.features_size
        return extended(self.family.observation, Box((-math.inf,) * size, (math.inf,) * size))

    @property
    def action(self) -> Space:
        """Return the space of actions."""
        return self.family.action

    def sample_task(self, key: PRNGKeyArray) -> Any:
        """Draw a task from the prior."""
        return self.family.sample_task(key)

    def reset(self, task: Any, key: PRNGKeyArray) -> Believed:
        """Start an episode with what the first observation tells."""
        state, family = self.family.reset(task, key), self.family
        observation = family.observe(task, state)
        tells = isinstance(family, WithTellingStart)
        return Believed(state, family.start(observation) if tells else self.family.prior())

    def restart(self, task: Any, state: Believed, key: PRNGKeyArray) -> Believed:
        """Start a further episode on the same task; what is believed of it stays."""
        return Believed(self.family.reset(task, key), state.belief)

    def step(
        self, task: Any, state: Believed, action: Array, key: PRNGKeyArray
    ) -> tuple[Believed, Transition]:
        """Act, and condition the belief on what is seen."""
        following, transition = self.family.step(task, state.state, action, key)
        before, after = (self.family.observe(task, each) for each in (state.state, following))
        belief = self.family.update(state.belief, before, action, transition.reward, after)
        return Believed(following, belief), transition

    def observe(self, task: Any, state: Believed) -> Float[Array, "size"]:
        """Return the observation and the features of the posterior."""
        return jnp.concatenate([self.family.observe(task, state.state), self.family.features(state.belief)])


@dataclass(frozen=True)
class TaskObserved:
    """A family whose observation ends with the task: what a policy earns with it bounds what it can earn without."""

    family: Any  # an `Environment` that is `Described`

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest episode."""
        return self.family.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations."""
        return extended(self.family.observation, self.family.description)

    @property
    def action(self) -> Space:
        """Return the space of actions."""
        return self.family.action

    def sample_task(self, key: PRNGKeyArray) -> Any:
        """Draw a task from the prior."""
        return self.family.sample_task(key)

    def reset(self, task: Any, key: PRNGKeyArray) -> Any:
        """Start an episode."""
        return self.family.reset(task, key)

    def step(self, task: Any, state: Any, action: Array, key: PRNGKeyArray) -> tuple[Any, Transition]:
        """Act as in the family."""
        return self.family.step(task, state, action, key)

    def observe(self, task: Any, state: Any) -> Float[Array, "size"]:
        """Return the observation and the description of the task."""
        return jnp.concatenate([self.family.observe(task, state), self.family.describe(task)])


def extended(first: Box, last: Box) -> Box:
    """Return the space of vectors that are one of each, one after the other."""
    return Box(first.low + last.low, first.high + last.high)
