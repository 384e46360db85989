"""A task family whose observation ends with the exact belief: it follows from what was seen, and tells nothing more."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.environment import Box, Space, Transition


class Believed(NamedTuple):
    """A state, and the posterior given everything seen on the way to it."""

    state: Any
    belief: Any


@dataclass(frozen=True)
class WithBelief:
    """A family with an exact posterior; the features of the belief come last in its observation."""

    game: Any  # an Environment that is WithPosterior

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest episode."""
        return self.game.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations; features of a belief have no bounds of their own."""
        seen, features = self.game.observation, self.game.features_size
        return Box(seen.low + (-jnp.inf,) * features, seen.high + (jnp.inf,) * features)

    @property
    def action(self) -> Space:
        """Return the space of actions."""
        return self.game.action

    def sample_task(self, key: PRNGKeyArray) -> Any:
        """Draw a task from the prior."""
        return self.game.sample_task(key)

    def reset(self, task: Any, key: PRNGKeyArray) -> Believed:
        """Start an episode, nothing seen yet."""
        return Believed(self.game.reset(task, key), self.game.prior())

    def step(
        self, task: Any, state: Believed, action: Array, key: PRNGKeyArray
    ) -> tuple[Believed, Transition]:
        """Act, and condition the belief on what is seen."""
        following, transition = self.game.step(task, state.state, action, key)
        before, after = self.game.observe(task, state.state), self.game.observe(task, following)
        belief = self.game.update(state.belief, before, action, transition.reward, after)
        return Believed(following, belief), transition

    def observe(self, task: Any, state: Believed) -> Float[Array, "observation"]:
        """Return the game's observation and the features of the belief."""
        return jnp.concatenate([self.game.observe(task, state.state), self.game.features(state.belief)])
