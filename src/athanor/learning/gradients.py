"""Gradients of sums, and steps along them."""

from collections.abc import Callable
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PyTree

Params: TypeAlias = PyTree[Float[Array, "..."]]


def summed_gradient(
    loss: Callable[[Any, Any], Float[Array, ""]], params: Params, items: PyTree
) -> tuple[Float[Array, ""], Params]:
    """Return the sum over items (a first axis) of loss(params, item), and its gradient.

    One item after the other: what an item's gradient needs then stays in the cache of a core, where side by side the
    items' intermediate results would go through memory. Measured on 16 trajectories an item: a factor of 2.
    """

    def add(
        total: tuple[Float[Array, ""], Params], item: PyTree
    ) -> tuple[tuple[Float[Array, ""], Params], None]:
        return jax.tree.map(jnp.add, total, jax.value_and_grad(loss)(params, item)), None

    start = (jnp.zeros_like(jax.tree.leaves(params)[0], shape=()), jax.tree.map(jnp.zeros_like, params))
    total, _ = jax.lax.scan(add, start, items)
    return total


def descend(
    optimiser: optax.GradientTransformation, params: Params, gradient: Params, state: optax.OptState
) -> tuple[Params, optax.OptState]:
    """Take one step of an optimiser."""
    with jax.numpy_dtype_promotion("standard"):  # optax mixes integers and floats
        updates, state = optimiser.update(gradient, state, params)
        return optax.apply_updates(params, updates), state
