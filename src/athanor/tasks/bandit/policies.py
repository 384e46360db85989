"""Agents that act on the exact belief: given belief, observation and key, an arm."""

from collections.abc import Callable
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.tasks.bandit.environment import Bandit, Belief

Policy: TypeAlias = Callable[[Belief, Float[Array, "1"], PRNGKeyArray], Int[Array, ""]]


def uniform(rules: Bandit) -> Policy:
    """Return the policy that pulls any arm."""

    def act(belief: Belief, observation: Float[Array, "1"], key: PRNGKeyArray) -> Int[Array, ""]:
        del belief, observation
        return jax.random.randint(key, (), 0, rules.arms)

    return act


def greedy(rules: Bandit) -> Policy:
    """Return the policy that pulls the arm with the highest posterior mean, any one where several have it."""

    def act(belief: Belief, observation: Float[Array, "1"], key: PRNGKeyArray) -> Int[Array, ""]:
        del observation
        mean, _ = rules.moments(belief)
        return _any_best(mean, key)

    return act


def thompson(rules: Bandit) -> Policy:
    """Return the policy that draws independent arms' probabilities from the posterior and pulls the best one."""

    def act(belief: Belief, observation: Float[Array, "1"], key: PRNGKeyArray) -> Int[Array, ""]:
        del observation
        successes, failures = (count.astype(jnp.float32) for count in belief)
        return jnp.argmax(jax.random.beta(key, successes + 1, failures + 1)).astype(jnp.int32)

    return act


def gittins(rules: Bandit, indices: Float[np.ndarray, "left pulls successes"]) -> Policy:
    """Return the policy that pulls the independent arm with the highest index, any one where several have it."""
    table = jnp.asarray(indices, jnp.float32)

    def act(belief: Belief, observation: Float[Array, "1"], key: PRNGKeyArray) -> Int[Array, ""]:
        del observation
        pulls = belief.successes + belief.failures
        left = rules.pulls - jnp.sum(pulls)
        return _any_best(table[left, pulls, belief.successes], key)

    return act


def _any_best(score: Float[Array, "arm"], key: PRNGKeyArray) -> Int[Array, ""]:
    """Draw one of the arms that have the highest score."""
    return jax.random.categorical(key, jnp.where(score == jnp.max(score), 0.0, -jnp.inf)).astype(jnp.int32)
