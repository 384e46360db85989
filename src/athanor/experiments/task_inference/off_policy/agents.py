"""The learners that are compared, on trials of one episode: memory sees what was done and what it paid."""

from math import ceil
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.protocols.training import Plan, curve_rows, learning_curves
from athanor.experiments.task_inference.off_policy.config import OffPolicy
from athanor.learning import svg_loss
from athanor.learning.layers import Linear
from athanor.learning.learner import Learner
from athanor.learning.off_policy_networks import scaled
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Auxiliary, Recurrent, recurrent_learner
from athanor.learning.replay import Replay, uniform_replay
from athanor.learning.svg import svg_learner
from athanor.tasks.cheetah_velocity.environment import CheetahVelocity
from athanor.tasks.noisy_target.environment import NoisyTarget
from athanor.tasks.semicircle.environment import Semicircle
from athanor.trial import Trial

FAMILIES: dict[str, Any] = {
    "semicircle": Semicircle(),
    "noisy_target": NoisyTarget(),
    "cheetah_velocity": CheetahVelocity(),
}
LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION = -4.0, 1.0  # of a description, in half widths of its box


class Method(NamedTuple):
    """A learner, the trials it is given, and how it is trained."""

    learner: Learner
    replay: Replay | None
    trial: Trial
    steps: int  # of the environment, in a run
    collected: int  # trials played for an update


def method_of(
    settings: OffPolicy, family: str, learner: str, agent: str, beta: float | None = None
) -> Method:
    """Return a learner by its name, with agent A (one memory) or B (a belief network, told the task in training)."""
    if family not in FAMILIES:
        raise ValueError(f"family is {family}, must be one of {', '.join(FAMILIES)}")
    trial = Trial(FAMILIES[family])
    if learner == "svg" and agent in ("A", "B"):
        return svg(settings, trial, agent == "B", beta)
    if (learner, agent) == ("ppo", "A"):
        return ppo(settings, trial)
    raise ValueError(f"learner is {learner} with agent {agent}, must be svg with A or B, or ppo with A")


def curves(settings: OffPolicy, method: Method, key: PRNGKeyArray, what: str) -> pd.DataFrame:
    """Return one row per run, point of its curve and kind of tasks; a run that diverged has no returns from there on.

    The tasks of a run depend on its key and the family alone, and so do those of all learners.
    """
    plan, trial = plan_of(settings, method), method.trial
    keys = jax.random.split(key, settings.runs)
    found = learning_curves(
        method.learner, trial.sample_task, plan, keys, f"{what}: points", replay=method.replay
    )
    return curve_rows(found, plan.trials * trial.steps)


def plan_of(settings: OffPolicy, method: Method) -> Plan:
    """Return how a learner is trained: for at least its steps, with a point of its curve after each equal share."""
    of_update = method.collected * method.trial.steps
    block = ceil(settings.point_steps / of_update)
    points = ceil(method.steps / (block * of_update))
    return Plan(
        settings.training_tasks,
        settings.held_out_tasks,
        method.collected,
        updates=block * points,
        points=points,
        repeats=1,
    )


def svg(settings: OffPolicy, trial: Trial, believes: bool, beta: float | None) -> Method:
    """Return SVG(0); the memory of an agent that believes learns from descriptions alone."""
    own = settings.svg
    learner = svg_learner(
        svg_loss.SVG(
            hidden=settings.hidden,
            memory_learns="description" if believes else "values",
            discount=own.discount,
            retrace_lambda=own.retrace_lambda,
            action_samples=own.action_samples,
            steps=own.optimiser_steps,
            entropy=own.entropy,
            target_rate=own.target_rate,
            target_period=own.target_period,
            beta=beta,
        ),
        trial,
        adam(settings, own.rate),
        auxiliary=normal_description(trial.environment, settings.description_weight) if believes else None,
    )
    replay = uniform_replay(own.capacity, own.optimiser_steps * own.batch)
    return Method(learner, replay, trial, own.steps, own.collected)


def ppo(settings: OffPolicy, trial: Trial) -> Method:
    """Return PPO with a recurrent agent."""
    own = settings.ppo
    gradient = PolicyGradient(
        discount=own.discount, gae_lambda=own.gae_lambda, clip=own.clip, entropy=own.entropy
    )
    network = Recurrent(settings.hidden, own.epochs)
    learner = recurrent_learner(network, gradient, trial, adam(settings, own.rate))
    return Method(learner, None, trial, own.steps, own.collected)


def adam(settings: OffPolicy, rate: float) -> optax.GradientTransformation:
    """Return Adam on gradients that are cut to a norm."""
    return optax.chain(optax.clip_by_global_norm(settings.largest_gradient), optax.adam(rate))


def normal_description(family: Any, weight: float) -> Auxiliary:
    """Return the loss of a belief that is normal: − log density of the description, less a constant."""
    box = family.description

    def loss(
        head: Linear, features: Float[Array, "feature"], description: Float[Array, "description"]
    ) -> Float[Array, ""]:
        mean, log_deviation = jnp.split(head(features), 2)
        log_deviation = jnp.clip(log_deviation, LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION)
        standard = (description - mean) * jnp.exp(-log_deviation)
        return jnp.sum(jnp.square(standard) / 2 + log_deviation)

    return Auxiliary(
        weight=weight,
        describe=lambda task, state: scaled(box, family.describe(task)),
        init=lambda key, features: Linear(features, 2 * box.size, key),
        loss=loss,
    )
