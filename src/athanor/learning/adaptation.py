"""Adaptation to a task by a few steps of gradient descent, each on data of its own."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

Params: TypeAlias = PyTree[Float[Array, "..."]]


class Problem(NamedTuple):
    """What is learnt: how data of a task comes about, and the loss on it."""

    sample: Callable[[Any, Any, PRNGKeyArray], Any]  # (params, task, key) -> batch, a constant to derivatives
    loss: Callable[[Any, Any], Float[Array, ""]]  # (params, batch) -> loss


class Inner(NamedTuple):
    """The inner loop."""

    steps: int  # at least 1
    rate: float
    first_order: bool = False  # take the inner gradient for a constant


def draw(problem: Problem, params: Params, task: PyTree, key: PRNGKeyArray) -> PyTree:
    """Draw a batch with the parameters, which is a constant to derivatives."""
    batch = problem.sample(jax.lax.stop_gradient(params), task, key)
    return jax.lax.stop_gradient(batch)


def inner_step(
    problem: Problem, inner: Inner, params: Params, task: PyTree, key: PRNGKeyArray
) -> tuple[Params, PyTree]:
    """Return params - rate grad loss(params) on a batch drawn with the parameters, and the batch.

    Differentiable in the parameters: its Jacobian is I - rate H, or I where the inner loop is first-order.
    """
    batch = draw(problem, params, task, key)
    gradient = jax.grad(problem.loss)(params, batch)
    if inner.first_order:
        gradient = jax.lax.stop_gradient(gradient)
    return jax.tree.map(lambda p, g: p - inner.rate * g, params, gradient), batch


def adapt(
    problem: Problem, inner: Inner, params: Params, task: PyTree, key: PRNGKeyArray
) -> tuple[Params, PyTree]:
    """Return the parameters after all inner steps, and the batches, stacked by step.

    The first step stands outside the scan: mapped over tasks, all of them still share its parameters.
    """
    if inner.steps < 1:
        raise ValueError(f"inner steps are {inner.steps}, must be at least 1")
    keys = jax.random.split(key, inner.steps)
    params, first = inner_step(problem, inner, params, task, keys[0])
    batches = jax.tree.map(lambda leaf: leaf[None], first)
    if inner.steps == 1:
        return params, batches
    params, rest = jax.lax.scan(
        lambda params, key: inner_step(problem, inner, params, task, key), params, keys[1:]
    )
    return params, jax.tree.map(lambda one, more: jnp.concatenate([one, more]), batches, rest)


def adaptation_curve(
    problem: Problem, inner: Inner, params: Params, task: PyTree, key: PRNGKeyArray
) -> PyTree:
    """Return the batches drawn after 0 ... inner.steps inner steps: what adaptation does, step by step."""
    adapt_key, final_key = jax.random.split(key)
    adapted, before = adapt(problem, inner, params, task, adapt_key)
    final = draw(problem, adapted, task, final_key)
    return jax.tree.map(lambda more, one: jnp.concatenate([more, one[None]]), before, final)
