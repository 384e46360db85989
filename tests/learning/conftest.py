"""Two tiny task families whose optima are known, and the sizes of networks for them."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import pytest
from jaxtyping import Array, Int

from athanor.environment import Box, Discrete, Transition
from athanor.learning.learner import Networks


@dataclass(frozen=True)
class Bandit:
    """One pull of one of two arms; the task is what the arms pay. The optimum is the larger payment."""

    steps: int = 1
    observation = Box((1.0, 1.0), (1.0, 1.0))
    action = Discrete(2)

    def reset(self, task, key):
        return jnp.int32(0)

    def step(self, task, state, action, key):
        return state + 1, Transition(task[action], state + 1 >= self.steps)

    def observe(self, task, state):
        return jnp.ones(2)


@dataclass(frozen=True)
class Corridor:
    """A walk on whole numbers from 0, by -1 or +1; ends on the task's target. Pays minus the distance to it."""

    steps: int = 5
    observation = Box((-5.0, 1.0), (5.0, 1.0))
    action = Discrete(2)

    def reset(self, task, key):
        return jnp.int32(0)

    def step(self, task, state, action, key):
        state = state + 2 * action - 1
        return state, Transition(-jnp.abs(state - task).astype(jnp.float32), state == task)

    def observe(self, task, state):
        return jnp.stack([state, jnp.ones_like(state)]).astype(jnp.float32)


class Counting(Corridor):
    """A corridor that counts the episodes started in it."""

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "started", [])

    def reset(self, task, key):
        # Of the key, too, or episodes of one task drawn side by side would be one.
        jax.debug.callback(lambda target, _: self.started.append(int(target)), task, jax.random.key_data(key))
        return super().reset(task, key)


@pytest.fixture(autouse=True, scope="module")
def compile_quickly():
    """Compile without optimisations: the programs are many, and run for milliseconds."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@pytest.fixture
def bandit() -> Bandit:
    return Bandit()


@pytest.fixture
def corridor() -> Corridor:
    return Corridor()


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def networks() -> Networks:
    return Networks(hidden=8)


@pytest.fixture
def targets() -> Int[Array, "task"]:
    return jnp.array([-2, 3, 1, -4])


@pytest.fixture
def key():
    return jax.random.key(7)
