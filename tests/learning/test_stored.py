"""What is stored comes back; what does not fit is named."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.layers import Linear
from athanor.learning.stored import named, restored

NETWORK = {"first": (Linear(2, 3, jax.random.key(0)), ()), "scale": jnp.ones(2)}


def test_networks_come_back():
    arrays = named(NETWORK)
    assert set(arrays) == {"first.0.weight", "first.0.bias", "scale"}
    shapes = jax.eval_shape(lambda: NETWORK)
    jax.tree.map(np.testing.assert_array_equal, restored(shapes, arrays), NETWORK)


def test_what_does_not_fit_is_named():
    arrays = named(NETWORK)
    with pytest.raises(ValueError, match="networks lack scale, must have every parameter"):
        restored(NETWORK, {name: array for name, array in arrays.items() if name != "scale"})
    with pytest.raises(ValueError, match=r"scale is of shape \(3,\), must be of \(2,\)"):
        restored(NETWORK, {**arrays, "scale": np.ones(3)})
