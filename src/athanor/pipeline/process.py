"""What the numbers of every experiment depend on besides its own code: the process and the random key.

The digest of this module is part of each experiment's code digest.
"""

import logging
import os
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np

# One job is one core: it leaves the others to other jobs, and makes results the same whatever their number.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NPROC": "1",  # XLA's threads: what it cuts a small kernel into costs more than it saves
    "PYTHONHASHSEED": "0",
}
XLA_FLAGS = "--xla_cpu_multi_thread_eigen=false"


def set_up_process() -> None:
    """Make this process use one core and a shared compilation cache; to be called before JAX is imported."""
    os.environ.update(ENVIRONMENT)
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {XLA_FLAGS}".strip()
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(".cache/jax").absolute()))
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("athanor").setLevel(logging.INFO)  # progress; JAX's own remarks stay out of the log


def key_of(seed: int, stream: str) -> Any:
    """Return the key of a stream of random numbers: the same under all conditions, so that they share them."""
    import jax

    return jax.random.fold_in(jax.random.key(seed), zlib.crc32(stream.encode()))


def rng_of(seed: int, stream: str) -> np.random.Generator:
    """Return NumPy's generator of a stream of random numbers."""
    return np.random.default_rng([seed, zlib.crc32(stream.encode())])
