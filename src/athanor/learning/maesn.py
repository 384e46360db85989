"""MAESN: exploration by noise that is drawn once an episode, whose distribution is meta-learnt (Gupta et al. 2018).

Each training task i has a normal distribution of its own over a latent vector, N(mu_i, sigma_i^2). Before an episode
z = mu_i + sigma_i e is drawn, e standard normal, and the policy sees it beside every observation. The inner loop moves mu_i and
log sigma_i alone, each component at a rate that is learnt; theta, the policy's weights, stays as it is:

    mu' = mu - rate * dL/dmu,    log sigma' = log sigma - rate * dL/d(log sigma).

The outer loop descends the sum over tasks of L_i(theta, mu_i', sigma_i') + weight KL(N(mu_i, sigma_i^2) || N(0, I)) in theta, in
all mu_i and sigma_i, and in the rates, through the inner steps. A new task starts from N(0, I), near which the
divergence has kept the training tasks. As in MAML, batches are constants of the outer gradient: what is left out is
how the parameters change which trajectories the inner steps see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.learning.adaptation import Problem
from athanor.learning.gradients import descend
from athanor.learning.latent_noise import Latent, divergence, standard, with_latent
from athanor.learning.learner import Learner, Log, mean_entropy, mean_measure
from athanor.learning.maml import split
from athanor.learning.networks import Acted, Actor, act, largest_difference

Weight: TypeAlias = float | Float[Array, ""]  # of the divergence, at least 0; it can be mapped over


class Structured(NamedTuple):
    """What MAESN learns."""

    policy: Actor  # of observations that end with a latent vector
    log_rate: Latent  # of the inner loop, for mean and deviation
    latents: Latent  # of the training tasks, on a first axis


class Adapted(NamedTuple):
    """What an outer step saw of a task; of several tasks, with a task axis first."""

    latent: Latent  # after the inner loop
    support: PyTree  # batches, one for each inner step
    query: PyTree  # batch drawn after the inner loop


def inner_update(problem: Problem, params: Structured, latent: Latent, batch: PyTree) -> Latent:
    """Return the distribution after a step on the loss, the policy being as it is."""
    gradient = jax.grad(lambda latent: problem.loss(with_latent(params.policy, latent), batch))(latent)
    return jax.tree.map(lambda at, rate, slope: at - jnp.exp(rate) * slope, latent, params.log_rate, gradient)


def adapt(
    problem: Problem, steps: int, params: Structured, latent: Latent, task: Any, key: PRNGKeyArray
) -> Adapted:
    """Adapt a distribution to a task, and draw a batch with it."""
    adapt_key, query_key = jax.random.split(key)

    def step(latent: Latent, key: PRNGKeyArray) -> tuple[Latent, PyTree]:
        batch = problem.sample(with_latent(params.policy, latent), task, key)
        return inner_update(problem, params, latent, batch), batch

    latent, support = jax.lax.scan(step, latent, jax.random.split(adapt_key, steps))
    return Adapted(latent, support, problem.sample(with_latent(params.policy, latent), task, query_key))


def outer_loss(problem: Problem, weight: Weight, params: Structured, seen: Adapted) -> Float[Array, ""]:
    """Return the sum over tasks of the loss after the inner loop and the weighted divergence before it."""

    def of_task(task: tuple[Latent, PyTree, PyTree]) -> Float[Array, ""]:
        latent, support, query = task

        def step(latent: Latent, batch: PyTree) -> tuple[Latent, None]:
            return inner_update(problem, params, latent, batch), None

        adapted, _ = jax.lax.scan(step, latent, support)
        return problem.loss(with_latent(params.policy, adapted), query) + weight * divergence(latent)

    return jnp.sum(jax.lax.map(of_task, (params.latents, seen.support, seen.query)))


@dataclass(frozen=True)
class MAESN:
    """The settings of MAESN, but for its outer optimiser."""

    tasks: int  # of training, all of which are played in each outer step
    size: int = 2  # of the latent vector
    inner_steps: int = 1
    first_rate: float = 1.0  # of the inner loop; it is learnt

    def __post_init__(self) -> None:
        for name in ("tasks", "size", "inner_steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 1")
        if not 0 < self.first_rate < float("inf"):
            raise ValueError(f"first_rate is {self.first_rate}, must be more than 0 and finite")


class StructuredState(NamedTuple):
    """What has been learnt, and the state of the optimiser."""

    params: Structured
    optimiser: optax.OptState


def first_params(settings: MAESN, policy: Actor) -> Structured:
    """Return what MAESN starts from: all tasks at N(0, I)."""
    rate = jnp.full(settings.size, jnp.log(settings.first_rate))
    return Structured(policy, Latent(rate, rate), standard(settings.tasks, settings.size))


def act_anew(
    params: Structured, memory: Any, observation: Float[Array, "observation"], key: PRNGKeyArray
) -> Acted:
    """Draw an action on a task that is new: the latent vector is of N(0, I)."""
    start = standard(params.latents.mean.shape[-1])
    return act(with_latent(params.policy, start), memory, observation, key)


def maesn_learner(
    settings: MAESN,
    weight: Weight,
    problem: Problem,
    policy: Callable[[PRNGKeyArray], Actor],
    optimiser: optax.GradientTransformation,
) -> Learner:
    """Return the learner whose update is one outer step; `policy` draws the policy, `problem` is on `WithNoise`."""

    def init(key: PRNGKeyArray) -> StructuredState:
        params = first_params(settings, policy(key))
        return StructuredState(params, optimiser.init(params))

    def collect(state: StructuredState, tasks: PyTree, key: PRNGKeyArray) -> Adapted:
        one = partial(adapt, problem, settings.inner_steps, state.params)
        return jax.vmap(one)(state.params.latents, tasks, split(key, tasks))

    def update(state: StructuredState, seen: Adapted, key: PRNGKeyArray) -> tuple[StructuredState, Log]:
        del key  # nothing is drawn
        loss_of = partial(outer_loss, problem, weight)
        loss, direction = jax.value_and_grad(loss_of)(state.params, seen)
        params, outer = descend(optimiser, state.params, direction, state.optimiser)
        return StructuredState(params, outer), _log(state.params, loss, direction, seen)

    return Learner(init, act_anew, collect, update)


def _log(params: Structured, loss: Float[Array, ""], direction: Structured, seen: Adapted) -> Log:
    """Report an outer step."""
    measure = jax.tree.map(
        lambda before, after: jnp.concatenate([before, after[:, None]], axis=1),
        mean_measure(seen.support.measure, 2),
        mean_measure(seen.query.measure, 1),
    )
    actors = jax.vmap(with_latent, in_axes=(None, 0))(params.policy, seen.latent)
    entropy = jnp.mean(jax.vmap(mean_entropy)(actors, seen.query))
    change = largest_difference(params.latents, seen.latent)
    return Log(loss, optax.tree.norm(direction), entropy, change, measure)
