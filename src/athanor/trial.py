"""Several episodes on one task as one environment, in which an agent sees what it did and what it was paid."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Restarting, Space, Transition
from athanor.observed import extended


class TrialState(NamedTuple):
    """An episode's state, what led to it, and how far the trial has come."""

    state: Any
    action: Float[Array, "component"]  # the one before, one-hot where it is a number; 0 where there is none
    reward: Float[Array, ""]  # the one before, as observed; 0 where there is none
    step: Int[Array, ""]  # of the episode
    episode: Int[Array, ""]  # of the trial; as many as there are once it is over


@dataclass(frozen=True)
class Trial:
    """Some episodes on one task, one after the other; an episode that is cut off is followed by the next as well.

    The observation ends with the previous action, the previous reward divided by a scale, whether an episode
    starts, and the share of the trial that is over; each can be left out, and the last one is unless it is asked for. A trial is a game of its own: it terminates with its last episode.
    """

    environment: Any  # an `Environment`; with `restart`, where what its state knows of the task is to last
    episodes: int = 1
    keep_memory: bool = (
        True  # whether an agent's memory lasts for the trial, or for each of its episodes alone
    )
    see_action: bool = True
    see_reward: bool = True
    see_start: bool = True
    see_time: bool = False  # whether the share of the trial that is over is seen as well
    reward_scale: float = 1.0

    def __post_init__(self) -> None:
        if self.episodes < 1:
            raise ValueError(f"episodes is {self.episodes}, must be at least 1")
        if not self.reward_scale > 0:
            raise ValueError(f"reward_scale is {self.reward_scale}, must be more than 0")

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest trial."""
        return self.episodes * self.environment.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations; rewards are not bounded."""
        box = self.environment.observation
        if self.see_action:
            box = extended(box, as_box(self.action))
        if self.see_reward:
            box = extended(box, Box((-math.inf,), (math.inf,)))
        flags = int(self.see_start) + int(self.see_time)
        return extended(box, Box((0.0,) * flags, (1.0,) * flags))

    @property
    def action(self) -> Space:
        """Return the space of actions."""
        return self.environment.action

    def sample_task(self, key: PRNGKeyArray) -> Any:
        """Draw a task from the prior."""
        return self.environment.sample_task(key)

    def reset(self, task: Any, key: PRNGKeyArray) -> TrialState:
        """Start a trial, with nothing to remember."""
        zero = jnp.int32(0)
        nothing = jnp.zeros(as_box(self.action).size), jnp.float32(0.0)
        return TrialState(self.environment.reset(task, key), *nothing, zero, zero)

    def step(
        self, task: Any, state: TrialState, action: Array, key: PRNGKeyArray
    ) -> tuple[TrialState, Transition]:
        """Act; where that ends an episode the next one starts at once. After the last nothing happens."""
        step_key, start_key = jax.random.split(key) if self.episodes > 1 else (key, key)
        over = state.episode >= self.episodes
        inner, transition = self.environment.step(task, state.state, action, step_key)
        step = state.step + 1
        ends = transition.terminated | (step >= self.environment.steps)
        scaled, episode = transition.reward / self.reward_scale, state.episode + ends.astype(jnp.int32)
        following = TrialState(inner, as_vector(self.action, action), scaled, step, episode)
        if self.episodes > 1:
            starts = ends & (following.episode < self.episodes)
            following = _where(starts, self._next_episode(task, following, start_key), following)
        reward = jnp.where(over, 0.0, transition.reward)
        following = _where(over, state, following)
        return following, Transition(reward, following.episode >= self.episodes)

    def observe(self, task: Any, state: TrialState) -> Float[Array, "observation"]:
        """Return the observation of the episode, and what of the step before is seen."""
        seen = [self.environment.observe(task, state.state)]
        if self.see_action:
            seen.append(state.action)
        if self.see_reward:
            seen.append(state.reward[None])
        if self.see_start:
            seen.append((state.step == 0).astype(jnp.float32)[None])
        if self.see_time:
            of_episode = jnp.where(state.episode < self.episodes, state.step, 0)
            over = state.episode * self.environment.steps + of_episode
            seen.append(over.astype(jnp.float32)[None] / self.steps)
        return jnp.concatenate(seen)

    def forgets(self, state: TrialState) -> Bool[Array, ""]:
        """Return whether an agent's memory starts anew before this state is seen."""
        return (state.step == 0) & jnp.bool_(not self.keep_memory)

    def _next_episode(self, task: Any, state: TrialState, key: PRNGKeyArray) -> TrialState:
        """Return the start of a further episode; where memory does not last, nothing is fed back into it."""
        if not self.keep_memory:
            return self.reset(task, key)._replace(episode=state.episode)
        if isinstance(self.environment, Restarting):
            return state._replace(state=self.environment.restart(task, state.state, key), step=jnp.int32(0))
        return state._replace(state=self.environment.reset(task, key), step=jnp.int32(0))


def as_box(space: Space) -> Box:
    """Return the space of actions as vectors."""
    return Box((0.0,) * space.n, (1.0,) * space.n) if isinstance(space, Discrete) else space


def as_vector(space: Space, action: Array) -> Float[Array, "component"]:
    """Return an action as a vector, one-hot where it is a number."""
    return jax.nn.one_hot(action, space.n) if isinstance(space, Discrete) else action


def _where(condition: Bool[Array, ""], first: TrialState, second: TrialState) -> TrialState:
    return jax.tree.map(lambda one, other: jnp.where(condition, one, other), first, second)
