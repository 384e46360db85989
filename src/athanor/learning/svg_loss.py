"""What SVG(0) follows: the values' error from Retrace's targets, and the value of the policy's own actions.

Heess et al. (2015) with the targets of Munos et al. (2016). The policy follows the derivative of the value with respect
to an action drawn by a differentiable function of noise; where actions are numbers, the derivative of the expectation
over all of them. Policy and values read what one memory tells them, recomputed from the start of each trial. It learns
from the values' error, from a description of the task, or from both: a policy's derivative does not reach it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key, PRNGKeyArray

from athanor.learning import losses, returns
from athanor.learning.bottleneck import checked_beta, kl_from_standard_normal
from athanor.learning.heads import Categorical, Distribution
from athanor.learning.off_policy_networks import ActionValues, OffPolicyAgent, policy, remember
from athanor.learning.recurrent import Auxiliary, Played
from athanor.learning.rollout import Rollout

MemoryLearns = Literal["values", "description", "both"]


@dataclass(frozen=True)
class SVG:
    """How an agent learns off policy, but for its optimiser and its store."""

    hidden: int = 64  # units of every layer
    recurrent: bool = True  # or an encoder without memory
    memory_learns: MemoryLearns = (
        "values"  # what from; the task's description is what an auxiliary loss tells
    )
    discount: float = 0.95  # per step
    retrace_lambda: float = 1.0
    action_samples: int = 4  # of which the expected value of the policy's action is the mean
    steps: int = 4  # of the optimiser, each on as many trials of what an update sees
    entropy: float = 0.0  # weight of the bonus, in values per nat
    target_rate: float = 1.0  # share of the target networks that is replaced at once
    target_period: int = 100  # optimiser steps between two such times
    beta: float | None = None  # weight of the bottleneck's cost, per nat; None: no bottleneck
    reward_scale: float = 1.0  # that rewards are divided by before they are learnt from

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("discount", 0 < self.discount <= 1, "more than 0 and at most 1"),
            ("retrace_lambda", 0 <= self.retrace_lambda <= 1, "from 0 to 1"),
            ("action_samples", self.action_samples >= 1, "at least 1"),
            ("steps", self.steps >= 1, "at least 1"),
            ("target_rate", 0 < self.target_rate <= 1, "more than 0 and at most 1"),
            ("target_period", self.target_period >= 1, "at least 1"),
            ("reward_scale", self.reward_scale > 0, "more than 0"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")
        if self.beta is not None:
            checked_beta(self.beta)


class Learnt(NamedTuple):
    """What the optimiser changes."""

    agent: OffPolicyAgent
    auxiliary: Any  # parameters of the auxiliary loss


class Terms(NamedTuple):
    """What the loss is made of, for each step of a trial."""

    value_error: Float[Array, "time"]  # squared
    improvement: Float[
        Array, "time"
    ]  # expected value of the policy's action, whose gradient the policy follows
    entropy: Float[Array, "time"]  # nats
    cost: Float[Array, "time"]  # of the bottleneck, nats
    told: Float[Array, "time"]  # auxiliary loss


def loss(
    settings: SVG,
    auxiliary: Auxiliary | None,
    target: OffPolicyAgent,
    learnt: Learnt,
    played: Played,
    key: PRNGKeyArray,
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return the mean over steps of all terms, weighted, and the mean entropy."""
    keys = jax.random.split(key, len(played.rollout.reward))
    of_trial = partial(terms, settings, auxiliary, target, learnt)
    found = jax.vmap(of_trial)(played.rollout, keys)
    beta = 0.0 if settings.beta is None else settings.beta
    told = 0.0 if auxiliary is None else auxiliary.weight
    whole = found.value_error - found.improvement - settings.entropy * found.entropy
    weight = losses.mean_weight(played.rollout.valid)
    return (
        jnp.sum(weight * (whole + beta * found.cost + told * found.told)),
        jnp.sum(weight * found.entropy),
    )


def terms(
    settings: SVG,
    auxiliary: Auxiliary | None,
    target: OffPolicyAgent,
    learnt: Learnt,
    played: Rollout,
    key: PRNGKeyArray,
) -> Terms:
    """Return the terms of the loss of one trial."""
    target_key, memory_key, action_key = jax.random.split(key, 3)
    agent, observation = learnt.agent, played.observation[:-1]
    remembered = remember(agent, observation, played.start, memory_key)
    read = remembered.told
    if settings.memory_learns == "description":
        read = jax.lax.stop_gradient(read)
    seen = jnp.concatenate([observation, read], axis=-1)
    values = jax.vmap(agent.values)(seen, played.action)
    goal = jax.lax.stop_gradient(value_targets(settings, target, played, target_key))
    held, constant = jax.lax.stop_gradient((agent.values, seen))
    distribution = jax.vmap(partial(policy, agent))(constant)
    improvement = jax.vmap(partial(expected_value, settings.action_samples, held))(
        constant, distribution, jax.random.split(action_key, len(seen))
    )
    nothing = jnp.zeros_like(values)
    cost = nothing if remembered.code is None else kl_from_standard_normal(remembered.code)
    told = nothing
    if auxiliary is not None and settings.memory_learns != "values":
        of_steps = jax.vmap(auxiliary.loss, in_axes=(None, 0, 0))
        told = of_steps(learnt.auxiliary, remembered.told, played.description)
    return Terms(jnp.square(values - goal), improvement, distribution.entropy(), cost, told)


def value_targets(
    settings: SVG, target: OffPolicyAgent, played: Rollout, key: PRNGKeyArray
) -> Float[Array, "time"]:
    """Return Retrace's targets of the values of a trial's actions, all of the target networks' making."""
    memory_key, action_key = jax.random.split(key)
    told = remember(target, played.observation, jnp.pad(played.start, (0, 1)), memory_key).told
    seen = jnp.concatenate([played.observation, told], axis=-1)
    distribution = jax.vmap(partial(policy, target))(seen)
    expected = jax.vmap(partial(expected_value, settings.action_samples, target.values))(
        seen, distribution, jax.random.split(action_key, len(seen))
    )
    taken = jax.tree.map(lambda leaf: leaf[:-1], distribution).log_prob(played.action)
    trace = returns.retrace_traces(taken, played.log_probability, settings.retrace_lambda)
    return returns.retrace_targets(
        played.reward / settings.reward_scale,
        settings.discount * played.discount,
        jnp.where(played.valid, jax.vmap(target.values)(seen[:-1], played.action), 0.0),
        jnp.where(played.discount > 0, expected[1:], 0.0),
        jnp.append(trace[1:], 0.0),
    )


def expected_value(
    samples: int,
    values: ActionValues,
    seen: Float[Array, "seen"],
    distribution: Distribution,
    key: PRNGKeyArray,
) -> Float[Array, ""]:
    """Return E Q(a) over a distribution: a sum over numbers, else the mean of some draws."""
    if isinstance(distribution, Categorical):
        return sum_of_values(distribution, values.of_all(seen))
    return mean_of_draws(distribution, lambda action: values(seen, action), jax.random.split(key, samples))


def sum_of_values(distribution: Categorical, values: Float[Array, "action"]) -> Float[Array, ""]:
    """Return sum_a pi(a) Q(a)."""
    return jax.nn.softmax(distribution.logits) @ values


def mean_of_draws(
    distribution: Distribution, value: Callable[[Array], Float[Array, ""]], keys: Key[Array, "sample"]
) -> Float[Array, ""]:
    """Return the mean of Q(a) over draws a = f(noise).

    Its gradient with respect to the distribution's parameters is SVG(0)'s: the mean of dQ/da · da/dparameters.
    """
    return jnp.mean(jax.vmap(lambda key: value(distribution.sample(key)))(keys))
