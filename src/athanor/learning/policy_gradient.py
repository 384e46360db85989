"""The policy gradient as a problem to be learnt: rollouts with advantages, and the loss on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray, PyTree

from athanor.environment import Episodic
from athanor.learning import losses, returns
from athanor.learning.adaptation import Problem
from athanor.learning.baselines import linear_baseline
from athanor.learning.networks import Actor, Critic, act, evaluate
from athanor.learning.rollout import Rollout, rollout

Measure = Callable[[Any, Rollout], PyTree]  # (task, rollout) -> what an experiment records of it

LEAST_DEVIATION = 1e-3  # of a step's advantages, in those of all steps: below lies rounding error


@dataclass(frozen=True)
class PolicyGradient:
    """How a policy gradient is estimated from rollouts. The defaults are the equations, with nothing added."""

    discount: float = 0.98  # per step
    gae_lambda: float = 0.97  # lambda of the advantages
    trajectories: int = 1  # for a task and a gradient
    baseline: Literal["none", "linear", "critic"] = "critic"
    critic_lambda: float = 1.0  # lambda of the critic's targets; 1 is the discounted return
    normalise: bool = False  # advantages to mean 0 and deviation 1 over a task's trajectories, step by step
    average: bool = False  # over steps; otherwise their sum, averaged over trajectories
    drop_last_step: bool = False  # leave an episode's last reward and action out of advantages and loss
    entropy: float = 0.0  # weight of the entropy bonus
    clip: float | None = None  # of PPO's ratio; None is the vanilla policy gradient

    def __post_init__(self) -> None:
        if self.normalise and self.trajectories < 2:
            raise ValueError(
                f"trajectories is {self.trajectories}, must be at least 2 to normalise advantages"
            )


class Batch(NamedTuple):
    """Rollouts of one task, ready for the losses."""

    observation: Float[Array, "trajectory time observation"]  # before the action
    action: Array  # trajectory axis first, then time
    start: Bool[Array, "trajectory time"]  # whether the memory starts anew
    behaviour: Float[Array, "trajectory time"]  # log-probability under the policy that acted
    advantage: Float[Array, "trajectory time"]
    weight: Float[Array, "trajectory time"]  # of a step in the policy's loss
    target: Float[Array, "trajectory time"]  # of the critic
    valid: Bool[Array, "trajectory time"]
    measure: PyTree  # trajectory axis first


def total_reward(task: Any, rollout: Rollout) -> Float[Array, ""]:
    """Return the undiscounted return: the default measure."""
    del task
    return jnp.sum(rollout.reward)


def problem(
    settings: PolicyGradient,
    environment: Episodic[Any, Any],
    critic: Critic,
    measure: Measure = total_reward,
) -> Problem:
    """Return the problem whose batches are rollouts, with advantages by this critic (if settings say so)."""

    def sample(actor: Actor, task: Any, key: PRNGKeyArray) -> Batch:
        drawn = draw(settings, environment, measure, actor, task, key)
        return make_batch(settings, critic, *drawn)

    def loss(actor: Actor, batch: Batch) -> Float[Array, ""]:
        return policy_loss(settings, actor, batch)

    return Problem(sample, loss)


def draw(
    settings: PolicyGradient,
    environment: Episodic[Any, Any],
    measure: Measure,
    actor: Actor,
    task: Any,
    key: PRNGKeyArray,
) -> tuple[Rollout, PyTree]:
    """Draw the trajectories of a batch, and what is measured of each."""
    keys = jax.random.split(key, settings.trajectories)
    rollouts = jax.vmap(lambda key: rollout(environment, act, actor, actor.encoder.start(), task, key))(keys)
    return rollouts, jax.vmap(measure, in_axes=(None, 0))(task, rollouts)


def policy_loss(settings: PolicyGradient, actor: Actor, batch: Batch) -> Float[Array, ""]:
    """Return the loss of a policy on a batch."""
    distribution = evaluate(actor, batch.observation, batch.start)
    chosen = distribution.log_prob(batch.action)
    if settings.clip is None:
        loss = losses.vpg_loss(chosen, batch.advantage, batch.weight)
    else:
        loss = losses.ppo_loss(chosen, batch.behaviour, batch.advantage, batch.weight, settings.clip)
    if settings.entropy:
        loss -= settings.entropy * jnp.sum(batch.weight * distribution.entropy())
    return loss


def make_batch(settings: PolicyGradient, critic: Critic, rollouts: Rollout, measured: PyTree) -> Batch:
    """Compute advantages, targets and weights of rollouts that share a task."""
    counted = following(rollouts.valid, False) if settings.drop_last_step else rollouts.valid
    discount_t = settings.discount * jnp.where(counted, rollouts.discount, 0.0)
    v_tm1, v_t = _values(settings, critic, rollouts, discount_t)
    advantage = jax.vmap(returns.generalised_advantages, in_axes=(0, 0, 0, 0, None))(
        jnp.where(counted, rollouts.reward, 0.0),
        discount_t,
        jnp.where(counted, v_tm1, 0.0),
        v_t,
        settings.gae_lambda,
    )
    target = jax.vmap(returns.lambda_returns, in_axes=(0, 0, 0, None))(
        rollouts.reward, discount_t, v_t, settings.critic_lambda
    )
    if settings.normalise:
        advantage = normalised(advantage, counted)
    weight = losses.mean_weight(counted)
    if not settings.average:
        weight = counted.astype(jnp.float32) / settings.trajectories
    played = (rollouts.observation[:, :-1], rollouts.action, rollouts.start, rollouts.log_probability)
    return Batch(*played, advantage, weight, target, rollouts.valid, measured)


def following(values: Array, last: bool | float) -> Array:
    """Return each step's successor."""
    return jnp.concatenate([values[:, 1:], jnp.full_like(values[:, :1], last)], axis=1)


def normalised(
    advantage: Float[Array, "trajectory time"], counted: Bool[Array, "trajectory time"]
) -> Float[Array, "trajectory time"]:
    """Shift and scale to mean 0 and deviation 1 over the trajectories, at each step.

    Over all steps at once the early ones, where most is at stake, would leave the late ones next to nothing; and the
    mean of a step is what a baseline that misses it would reinforce or punish, whatever was done.
    """
    weight = counted.astype(jnp.float32)
    weight /= jnp.maximum(jnp.sum(weight, axis=0), 1.0)
    difference = advantage - jnp.sum(weight * advantage, axis=0)
    variance = jnp.sum(weight * jnp.square(difference), axis=0)
    least = LEAST_DEVIATION * jnp.sqrt(jnp.mean(variance)) + 1e-8
    return jnp.where(counted, difference / (jnp.sqrt(variance) + least), 0.0)


def _values(
    settings: PolicyGradient, critic: Critic, rollouts: Rollout, discount_t: Float[Array, "trajectory time"]
) -> tuple[Float[Array, "trajectory time"], Float[Array, "trajectory time"]]:
    """Return the values that returns are compared with, before and after each step; 0 after the end.

    Only a critic values what follows where an episode is cut off. The linear baseline is of what is left until then.
    """
    if settings.baseline == "critic":
        start = jnp.pad(rollouts.start, ((0, 0), (0, 1)))
        values = evaluate(critic, rollouts.observation, start)
        cut_off = jnp.where(rollouts.valid[:, -1], values[:, -1], 0.0)
        v_tm1 = jnp.where(rollouts.valid, values[:, :-1], 0.0)
        return v_tm1, jnp.concatenate([v_tm1[:, 1:], cut_off[:, None]], axis=1)
    v_tm1 = jnp.zeros_like(rollouts.reward)
    if settings.baseline == "linear":
        target = jax.vmap(returns.discounted_returns)(rollouts.reward, discount_t)
        fit = linear_baseline(rollouts.observation[:, :-1], target, rollouts.valid)
        v_tm1 = jnp.where(rollouts.valid, fit, 0.0)
    return v_tm1, following(v_tm1, 0.0)
