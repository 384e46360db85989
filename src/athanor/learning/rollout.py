"""Rollouts of a policy: one episode as a scan over its steps, to be mapped over trajectories, tasks and seeds.

Policy gradients need the actions and what was observed, not derivatives through the environment: a rollout is made
with parameters held constant, and the loss evaluates the policy on what was observed, all steps in one matrix product.
Where the parameters are not mapped over (tasks and trajectories that share them), so is a step of the rollout.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Key, PRNGKeyArray, PyTree

from athanor.environment import Episodic, Forgetting, State, Task
from athanor.learning.networks import Acted

Act = Callable[[Any, Any, Float[Array, "observation"], PRNGKeyArray], Acted]
Describe = Callable[[Any, Any], Float[Array, "description"]]  # (task, state)


class Rollout(NamedTuple):
    """One episode, padded to its longest; what lies after its end is not valid."""

    observation: Float[Array, "observations observation"]  # before each action, and after the last: one more
    action: Array  # time axis first
    reward: Float[Array, "time"]  # of the step; 0 after the end
    discount: Float[
        Array, "time"
    ]  # 0 where the step terminated the episode, and after that; where it is cut off, 1
    log_probability: Float[Array, "time"]  # of the action, under the policy that acted
    start: Bool[Array, "time"]  # whether the agent's memory started anew before the step
    valid: Bool[Array, "time"]  # whether the episode was going on: true for a prefix
    state: Any  # where the episode ended
    description: Any = ()  # before each action, time axis first, where the episode is described; no agent sees it


def rollout(
    environment: Episodic[Task, State],
    act: Act,
    params: PyTree,
    memory: Any,
    task: Task,
    key: PRNGKeyArray,
    describe: Describe | None = None,
) -> Rollout:
    """Play one episode; `memory` is what the agent starts with: `act(params, memory, observation, key)`.

    With `describe` each step is described: what a learner is told of its task in training.
    """
    reset_key, steps_key = jax.random.split(key)

    def step(
        carry: tuple[State, Any, Bool[Array, ""]], keys: Key[Array, "2"]
    ) -> tuple[tuple[State, Any, Bool[Array, ""]], tuple[Any, ...]]:
        state, remembered, valid = carry
        observation, forgets = environment.observe(task, state), jnp.bool_(False)
        if isinstance(environment, Forgetting):
            forgets = environment.forgets(state)
            remembered = jax.tree.map(lambda old, first: jnp.where(forgets, first, old), remembered, memory)
        acted = act(params, remembered, observation, keys[0])
        following, transition = environment.step(task, state, acted.action, keys[1])
        held = jax.tree.map(lambda new, old: jnp.where(valid, new, old), following, state)
        goes_on = valid & ~transition.terminated
        played = (acted.action, jnp.where(valid, transition.reward, 0.0), goes_on.astype(jnp.float32))
        described = describe(task, state) if describe else ()
        seen = (acted.log_probability, forgets, valid, described)
        return (held, acted.memory, goes_on), (observation, *played, *seen)

    first = (environment.reset(task, reset_key), memory, jnp.bool_(True))
    keys = jax.random.split(steps_key, (environment.steps, 2))
    (state, _, _), steps = jax.lax.scan(step, first, keys)
    observation, action, reward, discount, log_probability, start, valid, described = steps
    shown = jnp.concatenate([observation, environment.observe(task, state)[None]])
    start = start.at[0].set(True)
    return Rollout(shown, action, reward, discount, log_probability, start, valid, state, described)
