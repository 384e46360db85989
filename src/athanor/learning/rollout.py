"""Rollouts of a policy: one episode as a scan over its steps, to be mapped over trajectories, tasks and seeds.

Policy gradients need the actions and what was observed, not derivatives through the environment: a rollout is made
with parameters held constant, and the loss evaluates the policy on what was observed, all steps in one matrix product.
Where the parameters are not mapped over (tasks and trajectories that share them), so is a step of the rollout.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, Key, PRNGKeyArray, PyTree

from athanor.environment import Episodic, State, Task

Memory = TypeVar("Memory")
Act = Callable[[Any, Any, Float[Array, "observation"], PRNGKeyArray], tuple[Int[Array, ""], Any]]


class Rollout(NamedTuple):
    """One episode, padded to the horizon; what lies after its end is not valid."""

    observation: Float[Array, "time observation"]  # before the action
    action: Int[Array, "time"]
    reward: Float[Array, "time"]  # reward of the step; 0 after the end
    valid: Bool[Array, "time"]  # whether the episode was going on: true for a prefix
    transition: Any  # each field with a time axis; arbitrary after the end
    state: Any  # where the episode ended

    @property
    def last(self) -> Any:
        """Return the transition of the last valid step."""
        step = jnp.sum(self.valid, dtype=jnp.int32) - 1
        return jax.tree.map(lambda field: field[step], self.transition)


def rollout(
    environment: Episodic[Task, State],
    act: Act,
    params: PyTree,
    memory: Memory,
    task: Task,
    key: PRNGKeyArray,
) -> Rollout:
    """Play one episode: `act(params, memory, observation, key)` gives each action and the next memory."""
    reset_key, steps_key = jax.random.split(key)

    def step(
        carry: tuple[State, Memory, Bool[Array, ""]], keys: Key[Array, "2"]
    ) -> tuple[tuple[State, Memory, Bool[Array, ""]], tuple[Any, ...]]:
        state, memory, valid = carry
        observation = environment.observe(task, state)
        action, memory = act(params, memory, observation, keys[0])
        following, transition = environment.step(task, state, action, keys[1])
        held = jax.tree.map(lambda new, old: jnp.where(valid, new, old), following, state)
        reward = jnp.where(valid, transition.reward, 0.0)
        return (held, memory, valid & ~transition.terminated), (
            observation,
            action,
            reward,
            valid,
            transition,
        )

    start = (environment.reset(task, reset_key), memory, jnp.bool_(True))
    keys = jax.random.split(steps_key, (environment.steps, 2))
    (state, _, _), steps = jax.lax.scan(step, start, keys)
    observation, action, reward, valid, transition = steps
    return Rollout(observation, action, reward, valid, transition, state)
