"""The options of a reset: unknown ones are refused, and a task that is given is one of the family's."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jaxtyping import Bool

from athanor.environment import Environment


def known_options(options: Mapping[str, Any] | None, *known: str) -> Mapping[str, Any]:
    """Return the options of a reset, or say in one line which one is unknown."""
    if options is not None and not isinstance(options, Mapping):
        raise ValueError(f"options is {options!r}, must be a dictionary")
    for name in options or {}:
        if name not in known:
            hint = "; to keep the task, make the environment with keep_task=True" if "keep" in name else ""
            raise ValueError(f"unknown reset option {name!r}; there is {' and '.join(known)}{hint}")
    return options or {}


def require_truth(name: str, value: Any) -> bool:
    """Return what is True or False; raise ValueError for anything else."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} is {value!r}, must be True or False")
    return bool(value)


def given_task(game: Environment[Any, Any], task: Any, batch: tuple[int, ...] = ()) -> Any:
    """Return a task, or a batch of them, with the arrays of a task drawn; raise ValueError for anything else."""
    drawn = jax.eval_shape(game.sample_task, jax.random.key(0))
    wanted: list[Any] = jax.tree.leaves(drawn)
    structure: Any = jax.tree.structure(drawn)
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(task)]
    shapes = [batch + leaf.shape for leaf in wanted]
    if not (structure == jax.tree.structure(task) and [leaf.shape for leaf in leaves] == shapes):
        raise ValueError(
            f"the reset option task must be like what sample_task draws: {' '.join(str(drawn).split())}"
        )
    typed = [leaf.astype(like.dtype) for leaf, like in zip(leaves, wanted, strict=True)]
    return jax.tree.unflatten(structure, typed)


def given_mask(mask: Any, count: int) -> Bool[np.ndarray, "env"]:
    """Return which environments of a batch are to be reset, or say in one line what is wrong."""
    if not (
        isinstance(mask, np.ndarray) and mask.dtype == np.bool_ and mask.shape == (count,) and mask.any()
    ):
        raise ValueError(
            f"the reset option reset_mask must be a boolean array of shape ({count},) with a True in it"
        )
    return mask
