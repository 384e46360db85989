"""Learners: MAML, E-MAML, FOMAML, Reptile, and the policy gradient on several tasks at once (or on one)."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.environment import Episodic
from athanor.learning.adaptation import Inner, Problem
from athanor.learning.emaml import sampling_gradient
from athanor.learning.gradients import Params, descend, summed_gradient
from athanor.learning.learner import (
    Learner,
    LearnerState,
    Log,
    Networks,
    fit_on,
    initialiser,
    mean_entropy,
    mean_measure,
)
from athanor.learning.maml import Collected, collect_all, outer_gradient, reptile_direction, split
from athanor.learning.networks import act, largest_difference
from athanor.learning.policy_gradient import (
    Batch,
    Measure,
    PolicyGradient,
    policy_loss,
    problem,
    total_reward,
)


@dataclass(frozen=True)
class MetaLearning:
    """A gradient-based meta-learner, but for its outer optimiser."""

    algorithm: Literal["maml", "fomaml", "reptile"] = "maml"
    inner_steps: int = 1
    inner_rate: float = 3e-4
    critic_steps: int = 1  # fitting steps an episode, on all of its rollouts
    critic_rate: float = 3e-4
    sampling: float = 0.0  # weight of E-MAML's term in MAML's gradient

    def __post_init__(self) -> None:
        if not 0 <= self.sampling < float("inf"):
            raise ValueError(f"sampling is {self.sampling}, must be at least 0 and finite")
        if self.sampling and self.algorithm != "maml":
            raise ValueError(f"sampling is {self.sampling}, must be 0 for {self.algorithm}")

    @property
    def inner(self) -> Inner:
        """Return the inner loop."""
        return Inner(self.inner_steps, self.inner_rate, first_order=self.algorithm != "maml")


def meta_learner(
    settings: MetaLearning,
    gradient: PolicyGradient,
    networks: Networks,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
    measure: Measure = total_reward,
) -> Learner:
    """Return the learner whose update is one outer step on a batch of tasks."""
    critic_optimiser = optax.adam(settings.critic_rate)
    inner = settings.inner

    def collect(state: LearnerState, tasks: PyTree, key: PRNGKeyArray) -> Collected:
        return collect_all(
            problem(gradient, environment, state.critic, measure), inner, state.params, tasks, key
        )

    def update(state: LearnerState, seen: Collected, key: PRNGKeyArray) -> tuple[LearnerState, Log]:
        del key  # nothing is drawn
        of_task = problem(gradient, environment, state.critic, measure)
        if settings.algorithm == "reptile":
            loss, direction = reptile_direction(of_task, state.params, seen)
        else:
            loss, direction = outer_gradient(of_task, inner, seen)
        if settings.sampling:
            term = sampling_gradient(of_task, inner, settings.sampling, seen)
            direction = jax.tree.map(jnp.add, direction, term)
        params, outer = descend(optimiser, state.params, direction, state.optimiser)
        critic, fitting = state.critic, state.critic_optimiser
        if gradient.baseline == "critic":
            critic, fitting = fit_on(
                critic_optimiser, settings.critic_steps, state, seen.support.batch, seen.query
            )
        return LearnerState(params, critic, outer, fitting), _log(state.params, loss, direction, seen)

    init = initialiser(networks, environment, optimiser, critic_optimiser)
    return Learner(init, act, collect, update)


def _log(params: Params, loss: Float[Array, ""], direction: Params, seen: Collected) -> Log:
    """Report an outer step."""
    change = jax.vmap(largest_difference, in_axes=(None, 0))(params, seen.adapted)
    measure = jax.tree.map(
        lambda before, after: jnp.concatenate([before, after[:, None]], axis=1),
        mean_measure(seen.support.batch.measure, 2),
        mean_measure(seen.query.measure, 1),
    )
    entropy = jnp.mean(jax.vmap(mean_entropy)(seen.adapted, seen.query))
    return Log(loss, optax.tree.norm(direction), entropy, jnp.max(change), measure)


@dataclass(frozen=True)
class Joint:
    """The policy gradient on the sum of the losses of several tasks, without adaptation.

    With `clip` set it is PPO. On one task it is plain reinforcement learning, on a batch joint pre-training.
    """

    epochs: int = 1  # optimiser steps on the same rollouts
    critic_steps: int = 1  # fitting steps an episode
    critic_rate: float = 3e-4


def joint_learner(
    settings: Joint,
    gradient: PolicyGradient,
    networks: Networks,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
    measure: Measure = total_reward,
) -> Learner:
    """Return the learner whose update is some steps on fresh rollouts of a batch of tasks."""
    critic_optimiser = optax.adam(settings.critic_rate)

    def collect(state: LearnerState, tasks: PyTree, key: PRNGKeyArray) -> Batch:
        return draw_tasks(problem(gradient, environment, state.critic, measure), state.params, tasks, key)

    def update(state: LearnerState, batch: Batch, key: PRNGKeyArray) -> tuple[LearnerState, Log]:
        del key  # nothing is drawn
        state, log = policy_step(gradient, optimiser, settings.epochs, state, batch)
        if gradient.baseline == "critic":
            critic, fitting = fit_on(critic_optimiser, settings.critic_steps, state, batch)
            state = state._replace(critic=critic, critic_optimiser=fitting)
        return state, log

    init = initialiser(networks, environment, optimiser, critic_optimiser)
    return Learner(init, act, collect, update)


def draw_tasks(problem: Problem, params: Params, tasks: PyTree, key: PRNGKeyArray) -> PyTree:
    """Draw a batch of each task with shared parameters; task axis first."""
    return jax.vmap(problem.sample, in_axes=(None, 0, 0))(params, tasks, split(key, tasks))


def policy_step(
    gradient: PolicyGradient,
    optimiser: optax.GradientTransformation,
    epochs: int,
    state: LearnerState,
    batch: PyTree,
) -> tuple[LearnerState, Log]:
    """Take optimiser steps on the sum over tasks of the loss; report the first."""

    def epoch(
        carry: tuple[Params, optax.OptState], _: None
    ) -> tuple[tuple[Params, optax.OptState], tuple[Float[Array, ""], Float[Array, ""]]]:
        params, outer = carry
        value, direction = summed_gradient(partial(policy_loss, gradient), params, batch)
        return descend(optimiser, params, direction, outer), (value, optax.tree.norm(direction))

    (params, outer), (values, norms) = jax.lax.scan(
        epoch, (state.params, state.optimiser), None, length=epochs
    )
    entropy = jnp.mean(jax.vmap(mean_entropy, in_axes=(None, 0))(state.params, batch))
    measure = jax.tree.map(lambda leaf: leaf[:, None], mean_measure(batch.measure, 1))
    log = Log(values[0], norms[0], entropy, jnp.float32(0.0), measure)
    return state._replace(params=params, optimiser=outer), log
