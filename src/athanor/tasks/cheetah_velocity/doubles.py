"""MuJoCo's float64 numbers as sums of three float32 numbers, the first of which is the number rounded.

JAX has no float64 numbers here. Three times 24 bits hold the 53 of any number that is 0 or at least 1e-20 in size, so
that episodes are MuJoCo's to the bit.
"""

import numpy as np
from jaxtyping import Float32, Float64

TERMS = 3


def split(number: Float64[np.ndarray, "*batch row"]) -> Float32[np.ndarray, "*batch term row"]:
    """Return three terms that sum to each number."""
    terms = np.empty((*number.shape[:-1], TERMS, number.shape[-1]), np.float32)
    rest = number
    for term in range(TERMS):
        terms[..., term, :] = rest
        rest = rest - terms[..., term, :]
    return terms


def joined(terms: Float32[np.ndarray, "*batch term row"]) -> Float64[np.ndarray, "*batch row"]:
    """Return the sums of terms, the smallest first."""
    total = terms[..., -1, :].astype(np.float64)
    for term in reversed(range(TERMS - 1)):
        total += terms[..., term, :]
    return total
