"""A pytree of arrays as one vector of words and back: a call of JAX costs microseconds for each array it takes or gives."""

import math
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, UInt32

_WORD = 4  # bytes


def packed(tree: Any) -> UInt32[Array, "word"]:
    """Return the bits of all arrays, in the order of `jax.tree.leaves`; what is smaller than a word gets one."""
    return jnp.concatenate([_words(leaf) for leaf in jax.tree.leaves(tree)])


def unpacked(like: Any, words: UInt32[Array, "word"]) -> Any:
    """Return the arrays that were packed; `like` has their structure, shapes and types."""
    leaves, structure = jax.tree.flatten(like)
    lengths = [leaf.size * _per_entry(leaf) for leaf in leaves]
    starts = [sum(lengths[:i]) for i in range(len(lengths))]
    parts = [words[start : start + length] for start, length in zip(starts, lengths, strict=True)]
    return jax.tree.unflatten(structure, [_entries(*pair) for pair in zip(leaves, parts, strict=True)])


def _per_entry(leaf: Any) -> int:
    """Return how many words an entry of an array takes."""
    if _is_key(leaf):
        return math.prod(_data(leaf).shape[leaf.ndim :])
    return max(1, leaf.dtype.itemsize // _WORD)


def _words(leaf: Array) -> UInt32[Array, "word"]:
    if _is_key(leaf):
        leaf = jax.random.key_data(leaf)
    if leaf.dtype == jnp.bool_:
        leaf = leaf.astype(jnp.uint32)
    if leaf.dtype.itemsize < _WORD:
        leaf = jax.lax.bitcast_convert_type(leaf, _unsigned(leaf.dtype)).astype(jnp.uint32)
    return jax.lax.bitcast_convert_type(leaf, jnp.uint32).ravel()


def _entries(leaf: Any, words: UInt32[Array, "word"]) -> Array:
    """Return an array of the shape and type of another from its words."""
    if _is_key(leaf):
        data = words.reshape(_data(leaf).shape)
        return jax.random.wrap_key_data(data, impl=jax.random.key_impl(leaf))
    if leaf.dtype == jnp.bool_:
        return words.reshape(leaf.shape).astype(jnp.bool_)
    if leaf.dtype.itemsize < _WORD:
        words = words.astype(_unsigned(leaf.dtype))
    per_entry = (_per_entry(leaf),) if leaf.dtype.itemsize > _WORD else ()
    return jax.lax.bitcast_convert_type(words.reshape(leaf.shape + per_entry), leaf.dtype)


def _is_key(leaf: Any) -> bool:
    return bool(jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key))


def _data(key: Any) -> Any:
    """Return shape and type of the numbers of a key."""
    return jax.eval_shape(jax.random.key_data, key)


def _unsigned(dtype: Any) -> Any:
    """Return the unsigned type of the size of a type smaller than a word."""
    return jnp.uint8 if dtype.itemsize == 1 else jnp.uint16
