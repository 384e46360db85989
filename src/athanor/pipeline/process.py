"""What the numbers of every experiment depend on besides its own code: the process and the random key.

The digest of this module is part of each experiment's code digest.
"""

import logging
import sys
import zlib
from typing import Any

import numpy as np

from athanor import known_environment


def set_up_process() -> None:
    """Make sure of the known environment (one core, a shared compilation cache); to be called before JAX is imported."""
    known_environment.settle()
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("athanor").setLevel(logging.INFO)  # progress; JAX's own remarks stay out of the log


def key_of(seed: int, stream: str) -> Any:
    """Return the key of a stream of random numbers: the same under all conditions, so that they share them."""
    import jax

    return jax.random.fold_in(jax.random.key(seed), zlib.crc32(stream.encode()))


def rng_of(seed: int, stream: str) -> np.random.Generator:
    """Return NumPy's generator of a stream of random numbers."""
    return np.random.default_rng([seed, zlib.crc32(stream.encode())])
