"""The rollouts of an episode of training, without what is learnt from them."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from athanor.experiments.navigation.learners.methods import Method
from athanor.experiments.navigation.timing.conditions import Condition
from athanor.learning.maml import split
from athanor.learning.networks import Actor
from athanor.learning.policy_gradient import draw, total_reward
from athanor.tasks.navigation.environment import Navigation, Target


def rollouts_alone(
    env: Navigation, method: Method, condition: Condition, tasks: Target
) -> Callable[[Actor, Actor, PRNGKeyArray], Any]:
    """Return the function that draws what an episode of a condition draws.

    It takes a policy, a policy for each task (first axis) as after an inner step, and a key. Rollouts of one policy
    are drawn side by side: all by the released MAML, else the first of each task.
    """

    def one(actor: Actor, task: Target, key: PRNGKeyArray) -> Any:
        return draw(method.gradient, env, total_reward, actor, task, key)

    def one_after_the_other(actor: Actor, adapted: Actor, key: PRNGKeyArray) -> Any:
        again = jax.tree.map(lambda leaf: jnp.concatenate([leaf, leaf[-1:]]), tasks)
        return jax.lax.map(lambda pair: one(actor, *pair), (again, split(key, again)))

    def all_together(actor: Actor, adapted: Actor, key: PRNGKeyArray) -> Any:
        keys = jax.vmap(lambda key: jax.random.split(key, condition.inner_steps + 1))(split(key, tasks))
        of_task = jax.vmap(one, in_axes=(None, None, 0))
        return jax.vmap(of_task, in_axes=(None, 0, 0))(actor, tasks, keys)

    def step_by_step(actor: Actor, adapted: Actor, key: PRNGKeyArray) -> Any:
        first = jax.vmap(one, in_axes=(None, 0, 0))(actor, tasks, split(key, tasks))
        keys = jax.random.split(key, condition.inner_steps)
        rest = jax.lax.map(lambda key: jax.vmap(one)(adapted, tasks, split(key, tasks)), keys)
        return first, rest

    if condition.reading != "released":
        return step_by_step
    return all_together if condition.algorithm == "maml" else one_after_the_other
