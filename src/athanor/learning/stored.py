"""Networks as named arrays, to be stored, and back."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jaxtyping import PyTree


def named(params: PyTree) -> dict[str, np.ndarray]:
    """Return every array of some parameters by where it stands, such as `encoder.control.gates.weight`."""
    return {_name(path): np.asarray(leaf) for path, leaf in jax.tree_util.tree_leaves_with_path(params)}


def restored(like: PyTree, arrays: Mapping[str, np.ndarray]) -> PyTree:
    """Return parameters of the same structure with stored arrays; raise ValueError where these do not fit."""

    def stored(path: tuple[Any, ...], leaf: Any) -> np.ndarray:
        name = _name(path)
        if name not in arrays:
            raise ValueError(f"networks lack {name}, must have every parameter of the network")
        if arrays[name].shape != leaf.shape:
            raise ValueError(f"{name} is of shape {arrays[name].shape}, must be of {leaf.shape}")
        return arrays[name]

    return jax.tree_util.tree_map_with_path(stored, like)


def _name(path: tuple[Any, ...]) -> str:
    return jax.tree_util.keystr(path, simple=True, separator=".")
