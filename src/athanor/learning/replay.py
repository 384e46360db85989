"""A store of what was collected, which stands between a learner's `collect` and its `update`.

It holds whole items (episodes, trials, or batches of them), the oldest of which make room: nothing that is drawn runs
over an episode's end or reaches a place not yet written. flashbax 0.1.3, the store kept best for JAX, does both: its
sequences cross the ends of episodes, and `can_sample` may hold while a slot is unwritten. What is needed is the
sixty lines below, so no dependency was taken.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray, PyTree


class Store(NamedTuple):
    """Items in a ring."""

    items: PyTree  # a first axis of the capacity
    added: Int[Array, ""]  # items ever added; the next one goes where this leads round the ring


class Replay(NamedTuple):
    """A way to pass batches through a store: those of a learner's `collect` in, those of its `update` out."""

    init: Callable[[PyTree], Store]  # of a batch like those to come, as shapes or arrays
    through: Callable[[Store, PyTree, PRNGKeyArray], tuple[Store, PyTree]]  # (store, batch, key)


def empty(item: PyTree, capacity: int) -> Store:
    """Return a store of items like the one given, as shapes or arrays."""
    if capacity < 1:
        raise ValueError(f"capacity is {capacity}, must be at least 1")
    return Store(jax.tree.map(lambda leaf: _zeros(leaf, capacity), item), jnp.int32(0))


def _zeros(leaf: Any, capacity: int) -> Array:
    return jnp.zeros((capacity, *leaf.shape), leaf.dtype)


def add(store: Store, items: PyTree) -> Store:
    """Add items (a first axis), no more than there are places; the oldest make room."""
    count, capacity = _length(items), _length(store.items)
    if count > capacity:
        raise ValueError(f"{count} items, must be at most {capacity}, the capacity")
    places = (store.added + jnp.arange(count)) % capacity
    return Store(
        jax.tree.map(lambda kept, new: kept.at[places].set(new), store.items, items), store.added + count
    )


def sample(store: Store, count: int, key: PRNGKeyArray) -> PyTree:
    """Draw items uniformly, with replacement, from those that were added and are still there: at least one."""
    places = jax.random.randint(key, (count,), 0, jnp.minimum(store.added, _length(store.items)))
    return jax.tree.map(lambda leaf: leaf[places], store.items)


def uniform_replay(capacity: int, count: int) -> Replay:
    """Return a store of as many items, of which an update sees `count`, drawn uniformly.

    An item is one entry of the batches' first axis: what a learner collects on one task.
    """

    def init(batch: PyTree) -> Store:
        return empty(jax.eval_shape(lambda batch: jax.tree.map(lambda leaf: leaf[0], batch), batch), capacity)

    def through(store: Store, batch: PyTree, key: PRNGKeyArray) -> tuple[Store, PyTree]:
        store = add(store, batch)
        return store, sample(store, count, key)

    return Replay(init, through)


def _length(items: PyTree) -> int:
    return int(jax.tree.leaves(items)[0].shape[0])
