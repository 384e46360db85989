"""Adaptation to a task by a few steps of gradient descent, each on data of its own."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.custom_batching import sequential_vmap
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.learning.gradients import Params


class Problem(NamedTuple):
    """What is learnt: how data of a task comes about, and the loss on it."""

    sample: Callable[[Any, Any, PRNGKeyArray], Any]  # (params, task, key) -> batch
    loss: Callable[[Any, Any], Float[Array, ""]]  # (params, batch) -> loss; closes over constants only


class Inner(NamedTuple):
    """The inner loop."""

    steps: int  # at least 1
    rate: float
    first_order: bool = False  # take the inner gradient for a constant


class InnerSteps(NamedTuple):
    """What the inner steps saw, stacked by step."""

    params: Params  # before the step
    batch: PyTree


def inner_update(problem: Problem, inner: Inner, params: Params, batch: PyTree) -> Params:
    """Return params - rate grad loss(params).

    Its derivative in the parameters is I - rate H, or I where the inner loop is first-order.
    """
    gradient = jax.grad(problem.loss)(params, batch)
    if inner.first_order:
        gradient = jax.lax.stop_gradient(gradient)
    return jax.tree.map(lambda p, g: p - inner.rate * g, params, gradient)


def adapt(
    problem: Problem, inner: Inner, params: Params, task: PyTree, key: PRNGKeyArray
) -> tuple[Params, InnerSteps]:
    """Return the parameters after all inner steps, each on a batch drawn with the parameters so far, and the steps.

    Mapped over tasks, batches are drawn side by side: with shared parameters in the first step, which therefore
    stands outside the scan. Updates are computed one task after the other (see `summed_gradient`).
    """
    if inner.steps < 1:
        raise ValueError(f"inner steps are {inner.steps}, must be at least 1")

    @sequential_vmap
    def update(params: Params, batch: PyTree) -> Params:
        return inner_update(problem, inner, params, batch)

    def step(params: Params, key: PRNGKeyArray) -> tuple[Params, InnerSteps]:
        batch = problem.sample(params, task, key)
        return update(params, batch), InnerSteps(params, batch)

    keys = jax.random.split(key, inner.steps)
    params, first = step(params, keys[0])
    if inner.steps == 1:
        return params, jax.tree.map(lambda leaf: leaf[None], first)
    params, rest = jax.lax.scan(step, params, keys[1:])
    return params, jax.tree.map(lambda one, more: jnp.concatenate([one[None], more]), first, rest)


def pull_back(problem: Problem, inner: Inner, steps: InnerSteps, gradient: Params) -> Params:
    """Return the gradient with respect to the parameters before adaptation, given that with respect to those after.

    By the chain rule, v_k = (I - rate H_k) v_{k+1} from the last step to the first, exact. Since H_k is symmetric,
    H_k v is the derivative of the gradient along v: three quarters of the time of a gradient through the gradient.
    Where the inner loop is first-order the derivative of a step is I, and nothing needs computing.
    """
    if inner.first_order:
        return gradient

    def back(gradient: Params, step: InnerSteps) -> tuple[Params, None]:
        def update(params: Params) -> Params:
            return inner_update(problem, inner, params, step.batch)

        return jax.jvp(update, (step.params,), (gradient,))[1], None

    gradient, _ = jax.lax.scan(back, gradient, steps, reverse=True)
    return gradient


def adaptation_curve(
    problem: Problem, inner: Inner, params: Params, task: PyTree, key: PRNGKeyArray
) -> PyTree:
    """Return the batches drawn after 0 ... inner.steps inner steps: what adaptation does, step by step."""
    adapt_key, final_key = jax.random.split(key)
    adapted, steps = adapt(problem, inner, params, task, adapt_key)
    final = problem.sample(adapted, task, final_key)
    return jax.tree.map(lambda more, one: jnp.concatenate([more, one[None]]), steps.batch, final)
