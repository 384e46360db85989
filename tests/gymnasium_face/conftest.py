"""A toy family whose numbers are worked out by hand: a walk to the right by the task's stride."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Box, Discrete, Transition
from athanor.gymnasium_face import Family, FamilyEnv, FamilyVectorEnv

GOAL = 5


class Stride(NamedTuple):
    length: jax.Array  # 1 to 4


class Place(NamedTuple):
    at: jax.Array
    time: jax.Array


@dataclass(frozen=True)
class Walk:
    """Action 0 waits and 1 takes a stride; with `luck` each stride is lost with probability 1/2."""

    steps: int = 6
    luck: bool = False
    prize: float = 10.0
    name: Literal["short", "long"] = "short"

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"steps is {self.steps}, must be at least 1")

    observation = Box((0.0, 0.0), (8.0, np.inf))
    action = Discrete(2)
    features_size = 1

    def sample_task(self, key):
        return Stride(jax.random.randint(key, (), 1, 5))

    def reset(self, task, key):
        return Place(jnp.int32(0), jnp.int32(0))

    def step(self, task, state, action, key):
        """Pay the place reached, and a prize at the goal; time passes after the end too: the face must freeze it."""
        luck = jax.random.bernoulli(key) if self.luck else True
        at = state.at + jnp.where(luck, action * task.length, 0)
        arrived = at >= GOAL
        reward = at.astype(jnp.float32) + jnp.where(arrived, self.prize, 0.0)
        return Place(at, state.time + 1), Transition(reward, arrived)

    def observe(self, task, state):
        return jnp.stack([state.at, state.time]).astype(jnp.float32)

    def prior(self):
        return jnp.float32(0)

    def update(self, belief, observation, action, reward, following):
        return jnp.maximum(belief, following[0] - observation[0])

    def features(self, belief):
        return belief[None] / 4


@dataclass(frozen=True)
class Push:
    """Real actions: two forces, whose sum is paid."""

    steps: int = 3
    observation = Box((-9.0,), (9.0,))
    action = Box((-1.0, 0.0), (1.0, 2.0))

    def sample_task(self, key):
        return jax.random.uniform(key)

    def reset(self, task, key):
        return jnp.zeros(1)

    def step(self, task, state, action, key):
        return state + jnp.sum(action), Transition(jnp.sum(action), jnp.bool_(False))

    def observe(self, task, state):
        return state


def text(env, task, state) -> str:
    return f"at {state.at} of {GOAL}, stride {task.length}"


WALK = Family(Walk, lambda: {"long": Walk(steps=9)}, {"ansi": text})


class WalkEnv(FamilyEnv):
    family = WALK
    metadata = FamilyEnv.metadata | {"render_modes": ["ansi"]}


class WalkVectorEnv(FamilyVectorEnv):
    family = WALK


class PushEnv(FamilyEnv):
    family = Family(Push)


class PushVectorEnv(FamilyVectorEnv):
    family = Family(Push)


@pytest.fixture
def walk():
    """Environments of the walk, one and many."""
    return WalkEnv, WalkVectorEnv


@pytest.fixture
def push():
    """Environments with real actions, one and many."""
    return PushEnv, PushVectorEnv


@pytest.fixture
def stride():
    """The task with a stride of 2."""
    return Stride(np.int32(2))
