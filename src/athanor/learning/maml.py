"""Meta-gradients: MAML with exact second derivatives, FOMAML, Reptile.

MAML (Finn, Abbeel and Levine 2017) descends the sum over tasks of L_i(theta_i'), where theta_i' is theta after the
inner steps. Its gradient is that of the whole computation: of the inner gradients too, which brings in the Hessian.
With one step of rate alpha,

    d/dtheta L_i(theta_i') = (I - alpha H_i(theta)) grad L_i(theta_i').

FOMAML takes the inner gradients for constants, and nothing else is different: it lacks the factor I - alpha H_i.
Reptile (Nichol, Achiam and Schulman 2018) moves theta towards theta_i'.

In reinforcement learning the data are drawn with theta. As is usual, the drawn batches are constants here: H_i is the
derivative of the surrogate's gradient on the trajectories at hand. What is left out, by MAML and FOMAML alike, is the
score function of the inner trajectories' distribution: how theta changes which trajectories the inner steps see
(Stadie et al. 2018; Rothfuss et al. 2019). So it is the gradient of the surrogate, exactly, and not an unbiased
estimate of the gradient of the expected return after adaptation.

First all data are collected, then derivatives taken: no derivative goes through a rollout.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key, PRNGKeyArray, PyTree

from athanor.learning.adaptation import Inner, InnerSteps, Problem, adapt, pull_back
from athanor.learning.gradients import Params


class Collected(NamedTuple):
    """What an outer step saw of a task; of several tasks, with a task axis first."""

    adapted: Params
    support: InnerSteps
    query: PyTree  # batch drawn with the adapted parameters


def collect(problem: Problem, inner: Inner, params: Params, task: PyTree, key: PRNGKeyArray) -> Collected:
    """Adapt to a task and draw a batch with the adapted parameters."""
    adapt_key, query_key = jax.random.split(key)
    adapted, support = adapt(problem, inner, params, task, adapt_key)
    return Collected(adapted, support, problem.sample(adapted, task, query_key))


def collect_all(
    problem: Problem, inner: Inner, params: Params, tasks: PyTree, key: PRNGKeyArray
) -> Collected:
    """Collect from several tasks, side by side."""
    return jax.vmap(lambda task, key: collect(problem, inner, params, task, key))(tasks, split(key, tasks))


def meta_gradient(
    problem: Problem, inner: Inner, params: Params, tasks: PyTree, key: PRNGKeyArray
) -> tuple[Float[Array, ""], Params, Collected]:
    """Return the sum over tasks of the loss after adaptation, its gradient (MAML or FOMAML), and what was seen."""
    collected = collect_all(problem, inner, params, tasks, key)
    return *outer_gradient(problem, inner, collected), collected


def outer_gradient(problem: Problem, inner: Inner, collected: Collected) -> tuple[Float[Array, ""], Params]:
    """Return the sum over tasks of the loss after adaptation and its gradient, of what was collected."""

    def of_task(seen: Collected) -> tuple[Float[Array, ""], Params]:
        loss, gradient = jax.value_and_grad(problem.loss)(seen.adapted, seen.query)
        return loss, pull_back(problem, inner, seen.support, gradient)

    losses, gradients = jax.lax.map(of_task, collected)
    return jnp.sum(losses), jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0), gradients)


def reptile_gradient(
    problem: Problem, inner: Inner, params: Params, tasks: PyTree, key: PRNGKeyArray
) -> tuple[Float[Array, ""], Params, Collected]:
    """Return the summed loss after adaptation, theta less the mean of theta_i', and what was seen."""
    collected = collect_all(problem, inner, params, tasks, key)
    return *reptile_direction(problem, params, collected), collected


def reptile_direction(
    problem: Problem, params: Params, collected: Collected
) -> tuple[Float[Array, ""], Params]:
    """Return the summed loss after adaptation and theta less the mean of theta_i', of what was collected.

    Descending it at rate epsilon is Reptile's theta + epsilon (mean theta_i' - theta). The batch after adaptation
    serves the measurement only.
    """
    losses = jax.lax.map(lambda seen: problem.loss(seen.adapted, seen.query), collected)
    towards = jax.tree.map(lambda p, a: p - jnp.mean(a, axis=0), params, collected.adapted)
    return jnp.sum(losses), towards


def split(key: PRNGKeyArray, tasks: PyTree) -> Key[Array, "task"]:
    """Return a key for each task."""
    return jax.random.split(key, jax.tree.leaves(tasks)[0].shape[0])
