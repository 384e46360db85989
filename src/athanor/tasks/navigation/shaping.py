"""Navigation with rewards shaped by the exact shortest path: what is paid at once for coming nearer on a real way."""

from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition
from athanor.tasks.navigation.environment import Navigation, State, Target
from athanor.tasks.navigation.exact import moves_to
from athanor.tasks.navigation.rules import MOVES, Rules, blocked_cells


class ShapedTarget(NamedTuple):
    """The task: where to go, and how far each cell is from there."""

    target: Target
    potential: Float[Array, "x y"]  # moves, negative: 0 at the target


@dataclass(frozen=True)
class ShapedNavigation:
    """The game with weight (discount phi(s') - phi(s)) added to a step's reward (Ng, Harada and Russell 1999).

    The discounted return of an episode changes by weight (discount^T phi(s_T) - phi(s_0)), whatever the way: by a
    constant and a payment for the moves left at the end.
    """

    game: Navigation
    weight: float  # reward per move
    discount: float  # per step

    @property
    def steps(self) -> int:
        """Return the horizon."""
        return self.game.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations."""
        return self.game.observation

    @property
    def action(self) -> Discrete:
        """Return the space of actions."""
        return self.game.action

    def reset(self, task: ShapedTarget, key: PRNGKeyArray) -> State:
        """Start an episode at the start."""
        return self.game.reset(task.target, key)

    def step(
        self, task: ShapedTarget, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move as in the game, and pay for the change of the potential too."""
        following, transition = self.game.step(task.target, state, action, key)
        added = self.discount * _potential(task, following) - _potential(task, state)
        ended = self.game.ended(task.target, state)
        shaped = transition.reward + jnp.where(ended, 0.0, self.weight * added)
        return following, Transition(shaped, transition.terminated)

    def observe(self, task: ShapedTarget, state: State) -> Float[Array, "size"]:
        """Return the observation of the game."""
        return self.game.observe(task.target, state)

    def squared_distance(self, task: ShapedTarget, state: State) -> Float[Array, ""]:
        """Return the squared distance of the game."""
        return self.game.squared_distance(task.target, state)


def shaped_targets(rules: Rules, targets: Target) -> ShapedTarget:
    """Return targets with minus the fewest moves to them as potential.

    On an obstacle it is a move below the lowest beside it: an obstacle is thin, and its other side may be near the
    target.
    """
    moves = moves_to(rules, np.asarray(targets.cell))
    beside = np.max(
        [np.roll(moves, tuple(move), (1, 2)) for move in MOVES], axis=0
    )  # none lies at the border
    potential = -np.where(blocked_cells(rules), beside + 1, moves)
    return ShapedTarget(targets, jnp.asarray(potential, jnp.float32))


def _potential(task: ShapedTarget, state: State) -> Float[Array, ""]:
    """Return the potential where the agent last moved to; outside the square, that of the nearest cell inside."""
    x, y = jnp.clip(state.cell, 0, task.potential.shape[0] - 1)
    return task.potential[x, y]
