"""What PEARL follows on replayed trials: its critics' errors, the value of its policy's actions, and what z costs.

After Rakelly et al. (2019). Some of the first episodes of a trial are the context that z is drawn for. The factors learn from
the critics' errors and from KL(q(z | context) ‖ N(0, I)); the policy's derivative does not reach them.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from athanor.learning.bottleneck import Code, kl_from_standard_normal
from athanor.learning.losses import mean_weight
from athanor.learning.off_policy_networks import ActionValues
from athanor.learning.pearl import product_of_normals
from athanor.learning.pearl_networks import Exploration, PearlAgent, least_value

EXPLORATION = Exploration(roaming=8, prior=8)


@dataclass(frozen=True)
class Pearl:
    """How it learns, but for its optimiser and its store."""

    hidden: int = 64  # units of every layer
    components: int = 5  # of z
    with_prior: bool = False  # whether the prior is one of the product's factors
    discount: float = 0.95  # per step
    entropy: float = 0.01  # weight of the policy's entropy in the values, in rewards per nat
    kl_weight: float = 3e-3  # of what z costs, per nat
    exploration: Exploration = EXPLORATION  # how a trial of training begins: the context
    context: int = 256  # transitions that are drawn out of it
    transitions: int = 64  # of a trial, that an optimiser step learns values and policy from
    steps: int = 4  # of the optimiser, each on as many trials of what an update sees
    target_rate: float = 0.01  # share of the target critics that is replaced at each step

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("components", self.components >= 1, "at least 1"),
            ("discount", 0 < self.discount <= 1, "more than 0 and at most 1"),
            ("entropy", self.entropy >= 0, "at least 0"),
            ("kl_weight", self.kl_weight >= 0, "at least 0"),
            ("exploration", sum(self.exploration) >= 1, "at least 1 episode"),
            ("context", self.context >= 1, "at least 1"),
            ("transitions", self.transitions >= 1, "at least 1"),
            ("steps", self.steps >= 1, "at least 1"),
            ("target_rate", 0 < self.target_rate <= 1, "more than 0 and at most 1"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")


class Transitions(NamedTuple):
    """The steps of a trial on one task."""

    before: Float[Array, "time observation"]  # of the episode
    action: Float[Array, "time component"]
    reward: Float[Array, "time"]  # as the agent sees it
    taught: Float[Array, "time"]  # reward that values are learnt of
    after: Float[Array, "time observation"]
    goes_on: Float[Array, "time"]  # 0 where the step ended an episode


class Terms(NamedTuple):
    """What the loss of a trial is made of."""

    value_error: Float[Array, ""]  # squared, of both critics
    improvement: Float[
        Array, ""
    ]  # value of the policy's action and its entropy, whose gradient the policy follows
    cost: Float[Array, ""]  # of z, nats
    counts: Bool[Array, ""]  # whether the context holds a reward
    entropy: Float[Array, ""]  # nats


def loss(
    settings: Pearl,
    steps: int,
    target: tuple[ActionValues, ActionValues],
    agent: PearlAgent,
    played: Transitions,
    key: PRNGKeyArray,
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return the mean over trials of all terms, weighted, and the mean entropy; an episode has as many steps.

    Of trials whose context holds no reward only what z costs counts: their belief is to stay the prior, not to become a
    place that is good on average.
    """
    keys = jax.random.split(key, len(played.reward))
    found = jax.vmap(partial(terms, settings, steps, target, agent))(played, keys)
    weight, cost = mean_weight(found.counts), settings.kl_weight * jnp.mean(found.cost)
    whole = jnp.sum(weight * (found.value_error - found.improvement)) + cost
    return whole, jnp.sum(weight * found.entropy)


def terms(
    settings: Pearl,
    steps: int,
    target: tuple[ActionValues, ActionValues],
    agent: PearlAgent,
    trial: Transitions,
    key: PRNGKeyArray,
) -> Terms:
    """Return the terms of a trial, on some of its transitions."""
    context_key, z_key, which_key, action_key, target_key = jax.random.split(key, 5)
    context = drawn(trial, settings.context, sum(settings.exploration) * steps, context_key)
    code = belief(agent, context)
    z = code.sample(z_key)
    chosen = drawn(trial, settings.transitions, len(trial.reward), which_key)
    keys = (jax.random.split(own, settings.transitions) for own in (target_key, action_key))
    goals = jax.vmap(partial(goal, settings, agent, z, target))(chosen, next(keys))
    improvement, entropy = jax.vmap(partial(worth, settings, agent, z))(chosen.before, next(keys))
    errors = jax.vmap(partial(value_error, agent, z))(chosen, goals)
    counts, cost = jnp.any(context.reward != 0), kl_from_standard_normal(code)
    return Terms(jnp.mean(errors), jnp.mean(improvement), cost, counts, jnp.mean(entropy))


def drawn(trial: Transitions, count: int, first: int, key: PRNGKeyArray) -> Transitions:
    """Draw transitions, with replacement, from as many first ones of a trial."""
    which = jax.random.randint(key, (count,), 0, first)
    return jax.tree.map(lambda leaf: leaf[which], trial)


def belief(agent: PearlAgent, context: Transitions) -> Code:
    """Return the distribution of z given some transitions."""
    factors = jax.vmap(agent.factor)(context.before, context.action, context.reward)
    return product_of_normals(*factors, jnp.ones(len(context.reward), bool), agent.with_prior)


def goal(
    settings: Pearl,
    agent: PearlAgent,
    z: Float[Array, "latent"],
    target: tuple[ActionValues, ActionValues],
    step: Transitions,
    key: PRNGKeyArray,
) -> Float[Array, ""]:
    """Return r + discount (min Q'(s', a', z) + weight · entropy) with a' of the policy: a constant."""
    distribution = agent.distribution(step.after, z)
    following = least_value(target, step.after, z, distribution.sample(key))
    following += settings.entropy * distribution.entropy()
    return jax.lax.stop_gradient(step.taught + settings.discount * step.goes_on * following)


def value_error(
    agent: PearlAgent, z: Float[Array, "latent"], step: Transitions, goal: Float[Array, ""]
) -> Float[Array, ""]:
    """Return the squared errors of both critics: its gradient reaches the factors, through z."""
    told = jnp.concatenate([step.before, z])
    return sum((jnp.square(critic(told, step.action) - goal) for critic in agent.critics), jnp.float32(0.0))


def worth(
    settings: Pearl,
    agent: PearlAgent,
    z: Float[Array, "latent"],
    observation: Float[Array, "observation"],
    key: PRNGKeyArray,
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return min Q(s, a, z) + weight · entropy with a drawn by the policy, and the entropy; only the policy learns."""
    critics, z = jax.lax.stop_gradient((agent.critics, z))
    distribution = agent.distribution(observation, z)
    entropy = distribution.entropy()
    value = least_value(critics, observation, z, distribution.sample(key))
    return value + settings.entropy * entropy, entropy
