"""All beliefs that can be reached, as tables.

A belief is a set of consistent sequences, here the bits of a whole number. It is a known beginning of the sequence and
the pads that can follow, so that only entering a pad right after the known beginning can teach anything.
"""

from collections.abc import Sequence as Many
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.numpad.board import pad_at
from athanor.tasks.numpad.environment import Numpad

UNKNOWN = -1


class Beliefs(NamedTuple):
    """Beliefs by number, those given first."""

    marginal: Float[np.ndarray, "belief position pad"]  # probability of every pad at every position
    known: Int[np.ndarray, "belief"]  # positions of the sequence that are known
    pad: Int[np.ndarray, "belief position"]  # which pads these are, or UNKNOWN
    hit: Int[
        np.ndarray, "belief pad"
    ]  # belief after the pad lit up at the first unknown position; itself if it can't
    miss: Int[np.ndarray, "belief pad"]  # belief after it did not; itself if it must


def prior_set(rules: Numpad) -> int:
    """Return the set of all sequences."""
    return (1 << len(pad_at(rules.rows, rules.columns, rules.pads))) - 1


def single_sets(rules: Numpad) -> list[int]:
    """Return the sets of one sequence each: the beliefs of those who know it."""
    return [1 << number for number in range(len(pad_at(rules.rows, rules.columns, rules.pads)))]


def reachable_beliefs(rules: Numpad, roots: Many[int]) -> Beliefs:
    """Return the beliefs that can be reached from some sets of sequences."""
    masks = _masks(rules)
    number = {root: at for at, root in enumerate(roots)}
    queue = list(roots)
    counts, hits, misses = [], [], []
    for belief in queue:  # it grows
        count = [[(belief & mask).bit_count() for mask in row] for row in masks]
        known = _known(count, belief.bit_count())
        after = [(belief & mask, belief & ~mask) for mask in masks[known]] if known < rules.pads else []
        after = [(hit, miss) if hit and miss else (belief, belief) for hit, miss in after]
        for following in (each for pair in after for each in pair):
            if following not in number:
                number[following] = len(queue)
                queue.append(following)
        counts.append(count)
        hits.append([number[hit] for hit, _ in after] or [number[belief]] * rules.cells)
        misses.append([number[miss] for _, miss in after] or [number[belief]] * rules.cells)
    counted = np.array(counts)
    marginal = counted / counted.sum(axis=2, keepdims=True)
    certain = np.cumprod(marginal.max(axis=2) == 1.0, axis=1).astype(np.int64)
    pad = np.where(certain == 1, marginal.argmax(axis=2), UNKNOWN)
    return Beliefs(marginal, certain.sum(axis=1), pad, np.array(hits), np.array(misses))


def _masks(rules: Numpad) -> list[list[int]]:
    """Return the set of sequences that have a pad at a position, by position and pad."""
    at = pad_at(rules.rows, rules.columns, rules.pads)
    return [
        [sum(1 << int(each) for each in np.flatnonzero(at[:, position, pad])) for pad in range(rules.cells)]
        for position in range(rules.pads)
    ]


def _known(count: list[list[int]], total: int) -> int:
    """Return how many positions from the first on have the same pad in all sequences."""
    for position, row in enumerate(count):
        if max(row) < total:
            return position
    return len(count)
