"""Chains as environments: states that follow one another, on which a discount decides what is learnt.

In a chain of noise, leaving an odd state pays a small signal and leaving an even one pays noise of mean 0; there is
nothing to choose. In a chain with a delay the first action takes a reward at once, or walks to the end for a better one.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition

NEAR, FAR = range(2)  # what the first action of a chain with a delay takes


class Reward(NamedTuple):
    """The task, which is the same each time: the signal of an odd state, or the reward at the end."""

    size: Float[Array, ""]


class State(NamedTuple):
    """How far along the chain the agent is; fully observed."""

    position: Int[Array, ""]  # state, from 0; the number of states once the episode is over


@dataclass(frozen=True)
class Chains:
    """The rules of the game."""

    kind: Literal["noise", "delay"] = "noise"
    length: int = 10  # states; in a chain with a delay, steps to the better reward
    signal: float = 0.1  # reward of an odd state, in a chain of noise
    deviation: float = 1.0  # standard deviation of an even state's reward, in a chain of noise
    near: float = 1.0  # reward at once, in a chain with a delay
    far: float = 1.1  # reward at the end of one

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("kind", self.kind in ("noise", "delay"), "noise or delay"),
            ("length", 2 <= self.length <= 1000, "from 2 to 1000"),
            ("deviation", self.deviation >= 0, "at least 0"),
            ("near", self.near > 0, "more than 0"),
            ("far", self.far > 0, "more than 0"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest episode."""
        return self.length

    @property
    def observation(self) -> Box:
        """Return the space of observations: the state, one-hot; nothing once the episode is over."""
        return Box((0.0,) * self.length, (1.0,) * self.length)

    @property
    def action(self) -> Discrete:
        """Return the space of actions: one alone, or near and far."""
        return Discrete(1 if self.kind == "noise" else 2)

    def sample_task(self, key: PRNGKeyArray) -> Reward:
        """Return the one task."""
        del key
        return Reward(jnp.float32(self.signal if self.kind == "noise" else self.far))

    def reset(self, task: Reward, key: PRNGKeyArray) -> State:
        """Start in the first state."""
        del task, key  # the start is always the same
        return State(jnp.int32(0))

    def step(
        self, task: Reward, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Go on to the next state; once the episode is over, nothing happens."""
        position, onward = state.position, jnp.minimum(state.position + 1, self.length)
        if self.kind == "noise":
            noise = self.deviation * jax.random.normal(key)
            reward = jnp.where(position % 2 == 1, task.size, noise)
        else:
            taken = (position == 0) & (action == NEAR)
            at_end = jnp.where(position == self.length - 1, task.size, 0.0)
            reward = jnp.where(taken, self.near, at_end)
            onward = jnp.where(taken, self.length, onward)
        reward = jnp.where(self.ended(state), 0.0, reward).astype(jnp.float32)
        following = State(onward.astype(jnp.int32))
        return following, Transition(reward, self.ended(following))

    def ended(self, state: State) -> Bool[Array, ""]:
        """Return whether the episode is over."""
        return state.position >= self.length

    def observe(self, task: Reward, state: State) -> Float[Array, "state"]:
        """Return the state, one-hot."""
        del task  # rewards are not seen beforehand
        return jax.nn.one_hot(state.position, self.length)

    def expert(self, task: Reward, state: State) -> Int[Array, ""]:
        """Take the greater reward."""
        del state  # nothing can be chosen later
        far = jnp.where(task.size > self.near, FAR, NEAR) if self.kind == "delay" else 0
        return jnp.asarray(far, jnp.int32)
