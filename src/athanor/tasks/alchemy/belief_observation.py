"""Alchemy whose observation ends with what the exact posterior says of the chemistry.

The belief follows from what was seen, so nothing is told to the agent that it could not know.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.environment import Alchemy, Chemistry, State, Transition
from athanor.tasks.alchemy.posterior import MARGINALS, marginals


class Believed(NamedTuple):
    """A state, and the posterior given everything seen on the way to it."""

    state: State
    belief: Belief


@dataclass(frozen=True)
class WithBelief:
    """The game as a task family; marginals of the posterior come last in its observation."""

    game: Alchemy

    @property
    def steps(self) -> int:
        """Return the most steps of an episode."""
        return self.game.steps

    @property
    def actions(self) -> int:
        """Return the number of actions."""
        return self.game.actions

    @property
    def observation_size(self) -> int:
        """Return the length of an observation."""
        return self.game.observation_size + MARGINALS

    def sample_task(self, key: PRNGKeyArray) -> Chemistry:
        """Draw a chemistry from the prior."""
        return self.game.sample_task(key)

    def reset(self, task: Chemistry, key: PRNGKeyArray) -> Believed:
        """Start an episode, the first stones seen."""
        state = self.game.reset(task, key)
        return Believed(state, beliefs.start(self.game, task, state))

    def step(
        self, task: Chemistry, state: Believed, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[Believed, Transition]:
        """Act, and condition the belief on what is seen."""
        following, transition = self.game.step(task, state.state, action, key)
        belief = beliefs.update(self.game, task, state.belief, state.state, action, following)
        return Believed(following, belief), transition

    def observe(self, task: Chemistry, state: Believed) -> Float[Array, "size"]:
        """Return the game's observation and the marginals of the posterior."""
        return jnp.concatenate([self.game.observe(task, state.state), marginals(state.belief)])
