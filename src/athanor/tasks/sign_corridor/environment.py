"""Sign corridor as an environment: corridors of equal length lead from the start, and one of them ends in a reward.

A step beside the start, away from all corridors, stands a sign that says which. Each action makes one step towards one
place: the end of a corridor, or the sign. So an agent that has drawn a goal repeats one action.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition


class Paying(NamedTuple):
    """The task: which corridor ends in a reward."""

    goal: Int[Array, ""]


class State(NamedTuple):
    """Where the agent is; fully observed."""

    way: Int[Array, ""]  # corridor, or the way to the sign, whose number is that of goals
    position: Int[Array, ""]  # steps from the start
    time: Int[Array, ""]  # steps since the start of the episode


class Belief(NamedTuple):
    """Which goals can pay; all of them are equally likely."""

    candidates: Bool[Array, "goal"]


@dataclass(frozen=True)
class SignCorridor:
    """The rules of the game: parameters that all tasks share."""

    goals: int = 4  # corridors
    distance: int = 5  # steps from the start to the end of each
    horizon: int = 7  # steps of an episode

    def __post_init__(self) -> None:
        for name, least, most in (("goals", 2, 1024), ("distance", 1, 1000), ("horizon", 1, 100_000)):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}, must be from {least} to {most}")

    @property
    def steps(self) -> int:
        """Return the number of steps of an episode."""
        return self.horizon

    @property
    def observation(self) -> Box:
        """Return the space of observations: which way, how far along it, what the sign says if it is seen, time."""
        size = 2 * self.goals + 3
        return Box((0.0,) * size, (1.0,) * size)

    @property
    def action(self) -> Discrete:
        """Return the space of actions: towards the end of each corridor, towards the sign."""
        return Discrete(self.goals + 1)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: which goal pays, one-hot."""
        return Box((0.0,) * self.goals, (1.0,) * self.goals)

    @property
    def features_size(self) -> int:
        """Return the number of goals."""
        return self.goals

    def sample_task(self, key: PRNGKeyArray) -> Paying:
        """Draw a goal uniformly."""
        return Paying(jax.random.randint(key, (), 0, self.goals))

    def reset(self, task: Paying, key: PRNGKeyArray) -> State:
        """Start an episode where all ways meet."""
        del task, key  # the start is always the same
        return State(jnp.int32(0), jnp.int32(0), jnp.int32(0))

    def step(
        self, task: Paying, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Make a step towards a place, back to the start first if that lies on another way."""
        del key  # nothing is random
        ended = self.ended(task, state)
        at_start = state.position == 0
        length = jnp.where(action == self.goals, 1, self.distance)
        onward = at_start | (state.way == action)
        way = jnp.where(at_start, action, state.way)
        position = jnp.where(onward, jnp.minimum(state.position + 1, length), state.position - 1)
        moved = State(way.astype(jnp.int32), position, state.time + 1)
        following = jax.tree.map(lambda old, new: jnp.where(ended, old, new), state, moved)
        paid = self._arrived(task, following) & ~ended
        return following, Transition(jnp.where(paid, 1.0, 0.0), self.ended(task, following))

    def ended(self, task: Paying, state: State) -> Bool[Array, ""]:
        """Return whether the episode is over: at the goal that pays, or after the last step."""
        return self._arrived(task, state) | (state.time >= self.horizon)

    def observe(self, task: Paying, state: State) -> Float[Array, "observation"]:
        """Return the way one-hot and the share of a corridor behind the agent; at the sign, the goal one-hot."""
        away = state.position > 0
        way = jnp.where(away, jax.nn.one_hot(state.way, self.goals + 1), 0.0)
        reading = away & (state.way == self.goals)
        said = jnp.where(reading, jax.nn.one_hot(task.goal, self.goals), 0.0)
        position, time = (each.astype(jnp.float32)[None] for each in (state.position, state.time))
        return jnp.concatenate([way, position / self.distance, said, time / self.horizon])

    def describe(self, task: Paying) -> Float[Array, "goal"]:
        """Return which goal pays, one-hot."""
        return jax.nn.one_hot(task.goal, self.goals)

    def expert(self, task: Paying, state: State) -> Int[Array, ""]:
        """Walk to the goal that pays."""
        del state  # from everywhere
        return task.goal

    def prior(self) -> Belief:
        """Return the belief that every goal can pay."""
        return Belief(jnp.ones(self.goals, bool))

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "observation"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "observation"],
    ) -> Belief:
        """Believe the sign, and keep the goal reached alone if it paid, all others if it did not."""
        del action  # where it led is seen
        said = following[self.goals + 2 : -1] > 0
        read = jnp.where(said.any(), said, True)
        at_end = (following[: self.goals] > 0) & (following[self.goals + 1] >= 1)
        happened = following[-1] > observation[-1]
        reached = jnp.where(reward > 0, at_end, ~(at_end & happened))
        return Belief(belief.candidates & read & reached)

    def features(self, belief: Belief) -> Float[Array, "goal"]:
        """Return the probability that each goal pays."""
        possible = belief.candidates.astype(jnp.float32)
        return possible / possible.sum()

    def _arrived(self, task: Paying, state: State) -> Bool[Array, ""]:
        return (state.way == task.goal) & (state.position >= self.distance)
