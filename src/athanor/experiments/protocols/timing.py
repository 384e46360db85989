"""Time compiled programs, count their operations, and measure what bounds them on a core.

What is compared takes turns, so that whatever slows the machine down for a while slows all of it. The bounds are the
core's arithmetic in a large matrix product, and the reading of a batch's weights.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

SIZE = 1024  # of the matrices whose product gives the peak
ROUNDS = 100  # of matrix-vector products in a call, as the steps of a rollout

Program = Callable[[], Any]


class Rate(NamedTuple):
    """What is done in a call, to be divided by its seconds."""

    measure: str
    unit: str
    amount: float
    reading: str = ""  # of the learner trained, where it is training


def seconds(program: Program, warm: bool = True) -> float:
    """Return the seconds of the processor that a call takes, after another that brings back what caches held."""
    if warm:
        program()
    start = time.process_time()
    program()
    return time.process_time() - start


def operations(function: Callable[..., Any], *arguments: Any) -> float:
    """Return the floating-point operations of a call by XLA's count, which counts the body of a loop once."""
    cost: Any = jax.jit(function).lower(*arguments).compile().cost_analysis()
    return float(cost["flops"])


def peak() -> dict[Rate, Program]:
    """Return a large matrix product."""
    return {
        Rate("matrix_product", "FLOP/s", 2.0 * SIZE**3): compiled(jnp.matmul, *[jnp.ones((SIZE, SIZE))] * 2)
    }


def programs(hidden: int, tasks: int) -> dict[Rate, Program]:
    """Return a large matrix product, and as many matrix-vector products as there are tasks, each with own weights."""
    weights = jnp.full((tasks, hidden, hidden), 1.0 / hidden)
    read = ROUNDS * weights.nbytes
    return peak() | {
        Rate("weights_read", "B/s", read): compiled(_products, jnp.ones((tasks, hidden)), weights)
    }


def compiled(function: Callable[..., Any], *arguments: Any) -> Program:
    """Return a call of a compiled function, compiled."""
    ready = jax.jit(function)

    def program() -> None:
        for leaf in jax.tree.leaves(ready(*arguments)):
            leaf.block_until_ready()

    program()
    return program


def _products(
    vectors: Float[Array, "task hidden"], weights: Float[Array, "task hidden hidden"]
) -> Float[Array, "task hidden"]:
    """Multiply each vector by its task's weights, again and again."""
    multiply = jax.vmap(jnp.matmul)
    return jax.lax.fori_loop(0, ROUNDS, lambda _, vectors: multiply(vectors, weights), vectors)
