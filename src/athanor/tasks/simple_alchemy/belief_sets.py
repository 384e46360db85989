"""All beliefs that any experiments can reach in the `three_edges` family, one of each orbit under relabelling.

A belief is packed into 36 bits: nibble 3 p + a is entry (p, a) of the nine-integer belief (see belief.py), cleared
where no consistent graph lets pair p act on attribute a, so that two codes are equal iff the beliefs are. The smallest
code of an orbit stands for it.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int, UInt

from athanor.tasks.simple_alchemy.graphs import (
    ATTRIBUTES,
    EDGE_AT,
    EDGES,
    PAIRS,
    PERMUTATIONS,
    POTIONS,
    VERTICES,
)
from athanor.tasks.simple_alchemy.relabellings import Relabellings, relabellings

OUTCOMES = 1 + ATTRIBUTES  # of a dip: the stone is unchanged, or attribute 0, 1, 2 flips
IMPOSSIBLE = -1

Codes = UInt[np.ndarray, "code"]
_ROW_BITS = EDGES * ATTRIBUTES
_ROW = 2**_ROW_BITS - 1
_NIBBLE = 2**EDGES - 1
PRIOR = np.uint64(2 ** (PAIRS * _ROW_BITS) - 1)


class BeliefSets(NamedTuple):
    """The canonical beliefs and what a dip makes of each."""

    code: UInt[np.ndarray, "belief"]  # sorted
    graphs: Int[np.ndarray, "belief"]  # consistent graphs
    orbit: Int[np.ndarray, "belief"]  # distinct beliefs that this one stands for
    successor: Int[np.ndarray, "belief vertex potion outcome"]  # canonical belief, or IMPOSSIBLE
    relabelling: Int[
        np.ndarray, "belief vertex potion outcome"
    ]  # takes the belief reached to its canonical one


def reachable_beliefs(goal: int) -> BeliefSets:
    """Enumerate the canonical beliefs breadth first, dipping any stone into any potion, and link them."""
    images = _row_images(relabellings(goal))
    known = frontier = _canonical(images, np.array([PRIOR]))[0]
    while len(frontier):
        reached = np.unique(_successor_codes(frontier))
        frontier = np.setdiff1d(_canonical(images, reached[reached > 0])[0], known)
        known = np.union1d(known, frontier)
    return _link(images, known)


def _link(images: UInt[np.ndarray, "relabelling pair row"], code: Codes) -> BeliefSets:
    """Find every canonical belief's successors among the canonical beliefs."""
    reached, position = np.unique(_successor_codes(code), return_inverse=True)
    canonical, relabelling, _ = _canonical(images, reached)
    successor = np.where(reached > 0, np.searchsorted(code, canonical), IMPOSSIBLE)
    orbit = len(images) // _canonical(images, code)[2]
    return BeliefSets(
        code,
        _count_graphs(code),
        orbit,
        successor.astype(np.int32)[position],
        relabelling.astype(np.uint8)[position],
    )


def _successor_codes(code: Codes) -> UInt[np.ndarray, "code vertex potion outcome"]:
    """Return the code after each dip and outcome; 0 where the outcome is impossible."""
    result = np.empty((len(code), VERTICES, POTIONS, OUTCOMES), np.uint64)
    for vertex in range(VERTICES):
        for potion in range(POTIONS):
            for outcome, kept in enumerate(_kept_bits(vertex, potion)):
                result[:, vertex, potion, outcome] = _normalise(code & np.uint64(kept))
    return result


def _kept_bits(vertex: int, potion: int) -> list[int]:
    """Return, for each outcome of a dip, the bits of a code that stay consistent with it."""
    pair, colour = divmod(potion, 2)
    others = int(PRIOR) & ~(_ROW << _ROW_BITS * pair)
    unchanged, flipped = others, []
    for attribute in range(ATTRIBUTES):
        shift = _ROW_BITS * pair + EDGES * attribute
        missing = 1 << EDGE_AT[attribute, vertex]  # the edge set without the edge at this vertex
        movable = (vertex >> attribute & 1) == colour
        unchanged |= int(missing if movable else _NIBBLE) << shift
        flipped.append(others | int(_NIBBLE & ~missing) << shift if movable else 0)
    return [unchanged, *flipped]


def _nibbles(code: Codes) -> UInt[np.ndarray, "code pair attribute"]:
    """Unpack the nine entries of each code."""
    shifts = np.uint64(EDGES) * np.arange(PAIRS * ATTRIBUTES, dtype=np.uint64)
    return (code[:, None] >> shifts & np.uint64(_NIBBLE)).reshape(-1, PAIRS, ATTRIBUTES)


def _normalise(code: Codes) -> Codes:
    """Clear the entries that no consistent graph uses; a belief with no consistent graph becomes 0."""
    possible = _nibbles(code) > 0
    used = np.zeros_like(code)
    for permutation in PERMUTATIONS:
        bits = sum(_NIBBLE << _ROW_BITS * pair + EDGES * int(permutation[pair]) for pair in range(PAIRS))
        used |= np.where(
            possible[:, range(PAIRS), permutation].all(axis=1),
            np.uint64(bits),
            np.uint64(0),
        )
    return code & used


def _count_graphs(code: Codes) -> Int[np.ndarray, "code"]:
    """Count the graphs consistent with each code: a permanent of bit counts."""
    sizes = np.bitwise_count(_nibbles(code)).astype(np.int32)
    return np.sum(
        [sizes[:, range(PAIRS), permutation].prod(axis=1) for permutation in PERMUTATIONS],
        axis=0,
    )


def _row_images(group: Relabellings) -> UInt[np.ndarray, "relabelling pair row"]:
    """Tabulate where each relabelling sends each of a code's three 12-bit rows."""
    row = np.arange(2**_ROW_BITS, dtype=np.uint64)
    images = np.zeros((len(group.pair_image), PAIRS, len(row)), np.uint64)
    for number in range(len(images)):
        for pair, attribute, edge in np.ndindex(PAIRS, ATTRIBUTES, EDGES):
            bit = row >> np.uint64(EDGES * attribute + edge) & np.uint64(1)
            target = (
                _ROW_BITS * group.pair_image[number, pair]
                + EDGES * group.attribute_image[number, attribute]
                + group.edge_image[number, attribute, edge]
            )
            images[number, pair] |= bit << np.uint64(target)
    return images


def _canonical(
    images: UInt[np.ndarray, "relabelling pair row"], code: Codes
) -> tuple[Codes, Int[np.ndarray, "code"], Int[np.ndarray, "code"]]:
    """Return each code's smallest image, the first relabelling that gives it, and how many do."""
    rows = [code >> np.uint64(_ROW_BITS * pair) & np.uint64(_ROW) for pair in range(PAIRS)]
    smallest = np.full(len(code), np.iinfo(np.uint64).max, np.uint64)
    relabelling, ways = np.zeros((2, len(code)), np.int64)
    for number, image in enumerate(images):
        moved = image[0][rows[0]] | image[1][rows[1]] | image[2][rows[2]]
        ways = np.where(moved < smallest, 1, ways + (moved == smallest))
        relabelling = np.where(moved < smallest, number, relabelling)
        smallest = np.minimum(moved, smallest)
    return smallest, relabelling, ways
