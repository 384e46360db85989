"""Expected returns of policies on the exact belief, by simulation, where induction is out of reach.

An episode is played under the agent's own predictive distribution: an arm pays with its posterior mean, so that no task
is drawn. The return is the Lagrangian bound less the expected sum of gaps (`lagrangian`), whose mean is estimated.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.tasks.bandit.environment import Bandit, Belief
from athanor.tasks.bandit.lagrangian import Bound
from athanor.tasks.bandit.policies import Policy


def simulated_returns(
    rules: Bandit, policy: Policy, bound: Bound, episodes: int, key: PRNGKeyArray
) -> Float[np.ndarray, "episode"]:
    """Return one unbiased estimate of a policy's expected return per episode, with independent arms."""
    play = jax.jit(jax.vmap(partial(_gaps, rules, policy, _tables(bound))))
    return bound.value - np.asarray(play(jax.random.split(key, episodes)), np.float64)


def _tables(bound: Bound) -> tuple[Float[Array, "time pulls successes"], Float[Array, "time"]]:
    return jnp.asarray(bound.advantage, jnp.float32), jnp.asarray(bound.price, jnp.float32)


def _gaps(
    rules: Bandit,
    policy: Policy,
    tables: tuple[Float[Array, "time pulls successes"], Float[Array, "time"]],
    key: PRNGKeyArray,
) -> Float[Array, ""]:
    """Return the sum of the gaps of one episode."""
    advantage, price = tables

    def step(belief: Belief, time: Int[Array, ""]) -> tuple[Belief, Float[Array, ""]]:
        policy_key, reward_key = jax.random.split(jax.random.fold_in(key, time))
        observation = (time.astype(jnp.float32) / rules.pulls)[None]
        action = policy(belief, observation, policy_key)
        worth = advantage[time, belief.successes + belief.failures, belief.successes] - price[time]
        gap = jnp.sum(jnp.maximum(worth, 0.0)) - worth[action]
        mean, _ = rules.moments(belief)
        reward = jax.random.bernoulli(reward_key, mean[action]).astype(jnp.float32)
        return rules.update(belief, observation, action, reward, observation + 1.0), gap

    _, gaps = jax.lax.scan(step, rules.prior(), jnp.arange(rules.pulls))
    return jnp.sum(gaps)
