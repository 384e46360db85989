"""What was seen of independent arms, up to their order: the states of the exact solution.

Arms are alike a priori, so that only the multiset of their (successes, failures) matters. It is cut in two: how many
arms were pulled how often (a `Partition` of the pulls), and for each group of arms pulled equally often the multiset
of their successes. A group's multisets are numbered in colexicographic order: s_1 ≤ … ≤ s_c has the number
Σ_j binomial(s_j + j − 1, j).
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from jaxtyping import Int
from scipy.special import comb

Group = tuple[int, int]  # pulls of each arm, arms
Partition = tuple[Group, ...]  # groups by increasing pulls, none empty

TABLES = 512  # groups whose tables are kept


def partitions(pulls: int, arms: int, least: int = 0) -> Iterator[Partition]:
    """Yield every way in which all the pulls fall on the arms, each arm getting at least `least`."""
    if arms == 0 and pulls == 0:
        yield ()
    if arms == 1 and pulls >= least:
        yield ((pulls, 1),)
    if arms <= 1 or least * arms > pulls:
        return
    for equal in range(arms + 1):
        for rest in partitions(pulls - equal * least, arms - equal, least + 1):
            yield ((least, equal), *rest) if equal else rest


def moved(partition: Partition, pulls: int) -> Partition:
    """Return the partition after one more pull of an arm that had `pulls` of them."""
    arms = dict(partition)
    arms[pulls] -= 1
    arms[pulls + 1] = arms.get(pulls + 1, 0) + 1
    return tuple(sorted((each, count) for each, count in arms.items() if count))


def multiset_count(pulls: int, arms: int) -> int:
    """Return the number of multisets of successes of a group."""
    return comb(pulls + arms, arms, exact=True)


@lru_cache(TABLES)
def multisets(pulls: int, arms: int) -> Int[np.ndarray, "multiset arm"]:
    """Return the successes of a group's arms in increasing order, one row per multiset, in the order of numbers."""
    if arms == 0:
        return np.zeros((1, 0), np.int64)
    smaller = multisets(pulls, arms - 1)
    counts = [multiset_count(most, arms - 1) for most in range(pulls + 1)]
    rows = np.concatenate([smaller[:count] for count in counts])
    return np.column_stack([rows, np.repeat(np.arange(pulls + 1), counts)])


@lru_cache(TABLES)
def without(pulls: int, arms: int) -> Int[np.ndarray, "multiset arm"]:
    """Return the number of the multiset that is left when one arm leaves its group."""
    rows = multisets(pulls, arms)
    return np.stack([_number(np.delete(rows, arm, axis=1)) for arm in range(arms)], axis=1)


@lru_cache(TABLES)
def joined(pulls: int, arms: int) -> Int[np.ndarray, "multiset successes"]:
    """Return the number of the multiset when an arm with that many successes joins a group (`arms` before it)."""
    rows = multisets(pulls, arms)
    columns = [np.column_stack([rows, np.full(len(rows), each)]) for each in range(pulls + 1)]
    return np.stack([_number(np.sort(column, axis=1)) for column in columns], axis=1)


def _number(rows: Int[np.ndarray, "multiset arm"]) -> Int[np.ndarray, "multiset"]:
    """Return the numbers of multisets that are given as increasing rows."""
    arms = rows.shape[1]
    if arms == 0:
        return np.zeros(len(rows), np.int64)
    most = int(rows.max()) + arms
    table = comb(np.arange(most)[:, None], np.arange(1, arms + 1)[None, :]).round().astype(np.int64)
    return table[rows + np.arange(arms), np.arange(arms)].sum(axis=1)
