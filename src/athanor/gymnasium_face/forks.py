"""Refuse to run in a process that was forked after JAX had started: JAX's threads are not there, and it would hang."""

import os

from jax._src import xla_bridge  # whether JAX has started has no public name

CURE = "start processes with 'spawn', as in make_vec(..., vectorization_mode='async', vector_kwargs={'context': 'spawn'})"

_hangs = False


def refuse_if_it_would_hang() -> None:
    """Raise RuntimeError, one line with the cure, in a fork of a process that had used JAX."""
    if _hangs:
        raise RuntimeError(f"this process was forked from one that had used JAX, where JAX hangs: {CURE}")


def _note() -> None:
    global _hangs
    _hangs = _hangs or xla_bridge.backends_are_initialized()


if hasattr(os, "register_at_fork"):  # not where there is no fork
    os.register_at_fork(after_in_child=_note)
