"""Tests of arrays as words: bits by hand, and back again."""

import jax
import jax.numpy as jnp
import numpy as np

from athanor.gymnasium_face.words import packed, unpacked


def test_bits_by_hand() -> None:
    tree = (jnp.bool_(True), jnp.array([1.0, -2.0], jnp.float32), jnp.int8(-1), jnp.uint32(7))
    assert packed(tree).tolist() == [1, 0x3F800000, 0xC0000000, 0xFF, 7]


def test_what_was_packed_comes_back() -> None:
    rng = np.random.default_rng(0)
    shapes, types = [(), (3,), (2, 3), (0,)], ["bool", "int8", "uint8", "int16", "int32", "uint32", "float32"]
    tree = {
        f"{dtype}{shape}": jnp.asarray(rng.integers(-99, 99, shape).astype(dtype))
        for shape in shapes
        for dtype in types
    } | {"half": jnp.array([1.5, -3.0], jnp.bfloat16), "nan": jnp.float32(jnp.nan)}
    back = unpacked(tree, packed(tree))
    for name, leaf in tree.items():
        assert (back[name].dtype, back[name].shape) == (leaf.dtype, leaf.shape)
        np.testing.assert_array_equal(np.asarray(back[name]), np.asarray(leaf))


def test_keys_come_back() -> None:
    keys = jax.random.split(jax.random.key(3), 2)
    back = unpacked((keys,), packed((keys,)))[0]
    np.testing.assert_array_equal(jax.random.bits(back[1]), jax.random.bits(keys[1]))
