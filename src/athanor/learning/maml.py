"""Meta-gradients: MAML with exact second derivatives, FOMAML, Reptile.

MAML (Finn, Abbeel and Levine 2017) descends the sum over tasks of L_i(theta_i'), where theta_i' is theta after the
inner steps. Its gradient is that of the whole computation: of the inner gradients too, which brings in the Hessian.
With one step of rate alpha,

    grad L_i(theta_i') = (I - alpha H_i(theta)) grad L_i at theta_i'.

FOMAML takes the inner gradients for constants, and nothing else is different: it lacks the factor I - alpha H_i.
Reptile (Nichol, Achiam and Schulman 2018) moves theta towards theta_i'.

In reinforcement learning the data are drawn with theta. As is usual, batches are constants here: H_i is the
derivative of the surrogate's gradient on the drawn trajectories. The meta-gradient's further term, the score function of
the inner trajectories' distribution (how theta changes which trajectories the inner steps see; Stadie et al. 2018,
Rothfuss et al. 2019), is left out, by MAML and FOMAML alike; so it is not an unbiased estimate of the gradient of the
expected post-adaptation return.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.learning.adaptation import Inner, Params, Problem, adapt, draw


class Collected(NamedTuple):
    """What an outer step saw, by task."""

    adapted: Params  # task axis first
    support: PyTree  # batches of the inner steps: task and step axes first
    query: PyTree  # batch after adaptation: task axis first


def task_loss(
    problem: Problem, inner: Inner, params: Params, task: PyTree, key: PRNGKeyArray
) -> tuple[Float[Array, ""], Collected]:
    """Return the loss after adaptation to one task, on a batch drawn with the adapted parameters."""
    adapt_key, query_key = jax.random.split(key)
    adapted, support = adapt(problem, inner, params, task, adapt_key)
    query = draw(problem, adapted, task, query_key)
    return problem.loss(adapted, query), Collected(adapted, support, query)


def meta_loss(
    problem: Problem, inner: Inner, params: Params, tasks: PyTree, key: PRNGKeyArray
) -> tuple[Float[Array, ""], Collected]:
    """Return the sum over tasks of the loss after adaptation."""
    keys = jax.random.split(key, count_tasks(tasks))
    losses, collected = jax.vmap(lambda task, key: task_loss(problem, inner, params, task, key))(tasks, keys)
    return jnp.sum(losses), collected


def meta_gradient(
    problem: Problem, inner: Inner, params: Params, tasks: PyTree, key: PRNGKeyArray
) -> tuple[Float[Array, ""], Params, Collected]:
    """Return the meta-loss, its gradient (exact, or first-order if the inner loop is) and what was seen."""

    def loss(params: Params) -> tuple[Float[Array, ""], Collected]:
        return meta_loss(problem, inner, params, tasks, key)

    (value, collected), gradient = jax.value_and_grad(loss, has_aux=True)(params)
    return value, gradient, collected


def reptile_gradient(
    problem: Problem, inner: Inner, params: Params, tasks: PyTree, key: PRNGKeyArray
) -> tuple[Float[Array, ""], Params, Collected]:
    """Return the summed loss after adaptation, theta less the mean of theta_i', and what was seen.

    Descending it at rate epsilon is Reptile's theta + epsilon (mean theta_i' - theta). Nothing is differentiated
    twice, and the batch after adaptation serves the measurement only.
    """
    value, collected = meta_loss(problem, inner, params, tasks, key)
    return value, jax.tree.map(lambda p, a: p - jnp.mean(a, axis=0), params, collected.adapted), collected


def count_tasks(tasks: PyTree) -> int:
    """Return the length of the task axis."""
    return int(jax.tree.leaves(tasks)[0].shape[0])
