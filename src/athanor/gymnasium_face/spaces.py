"""Spaces as Gymnasium has them, and the check of actions: whatever is none is one clear line, alike for all families."""

import operator
import reprlib
from typing import Any

import numpy as np
from gymnasium import spaces
from jaxtyping import Float32, Int32

from athanor.environment import Box, Discrete, Space


def of_gymnasium(space: Space) -> spaces.Space[Any]:
    """Return a space of the contract as Gymnasium has it."""
    if isinstance(space, Discrete):
        return spaces.Discrete(space.n)
    return spaces.Box(*_bounds(space), dtype=np.float32)


def one_action(space: Space, action: Any) -> int | Float32[np.ndarray, "component"]:
    """Return a valid action as JAX takes it fastest; raise ValueError for any other."""
    if isinstance(space, Discrete):
        number = _whole(action)
        if number is None or not 0 <= number < space.n:
            raise _invalid(action, space)
        return number
    vector = _real(action)
    if vector is None or vector.shape != (space.size,) or not _within(space, vector):
        raise _invalid(action, space)
    return vector


def many_actions(
    space: Space, actions: Any, count: int
) -> Int32[np.ndarray, "env"] | Float32[np.ndarray, "env component"]:
    """Return a valid batch of actions as an array; raise ValueError that names the first that is none."""
    batch = _array(actions) if isinstance(space, Discrete) else _real(actions)
    shape = (count,) if isinstance(space, Discrete) else (count, space.size)
    if batch is None or batch.shape != shape:
        raise ValueError(f"actions are {_shown(actions)}, must be an array of shape {shape}")
    if isinstance(space, Discrete):
        return _whole_numbers(space, batch)
    if not _within(space, batch):
        raise _invalid(next(row for row in batch if not _within(space, row)), space)
    return batch


def _whole_numbers(space: Discrete, batch: np.ndarray) -> Int32[np.ndarray, "env"]:
    if not (batch.dtype.kind in "iu" and 0 <= batch.min() and batch.max() < space.n):
        for row in batch:
            one_action(space, row)
    return batch.astype(np.int32)


def _whole(action: Any) -> int | None:
    """Return a whole number or array scalar of one as Python's, and none for anything else, truth values too."""
    if type(action) is int:
        return action
    if isinstance(action, bool) or getattr(action, "ndim", 0) > 0 or _is_truth(action):
        return None
    try:
        return operator.index(action)
    except TypeError:
        return None


def _is_truth(action: Any) -> bool:
    return str(getattr(action, "dtype", "")).endswith("bool")


def _array(actions: Any) -> np.ndarray | None:
    try:
        return np.asarray(actions)
    except ValueError:  # rows of different lengths
        return None


def _real(action: Any) -> Float32[np.ndarray, "..."] | None:
    """Return real numbers as an array, and none for anything else."""
    array = _array(action)
    if array is None or array.dtype.kind not in "iuf":
        return None
    with np.errstate(over="ignore"):  # too large is infinite, and said to be none
        return array.astype(np.float32)


def _within(space: Box, vectors: Float32[np.ndarray, "..."]) -> bool:
    """Return whether vectors are finite and lie within the bounds."""
    low, high = _bounds(space)
    return bool(np.all((low <= vectors) & (vectors <= high) & np.isfinite(vectors)))


def _bounds(space: Box) -> tuple[Float32[np.ndarray, "component"], Float32[np.ndarray, "component"]]:
    return np.array(space.low, np.float32), np.array(space.high, np.float32)


def _invalid(action: Any, space: Space) -> ValueError:
    if isinstance(space, Discrete):
        return ValueError(f"action is {_shown(action)}, must be a whole number from 0 to {space.n - 1}")
    low, high = (" ".join(f"{bound:g}" for bound in bounds) for bounds in (space.low, space.high))
    return ValueError(
        f"action is {_shown(action)}, must be {space.size} finite numbers between [{low}] and [{high}]"
    )


def _shown(value: Any) -> str:
    """Return a value in one line of bounded length."""
    return " ".join(reprlib.repr(value).split())
