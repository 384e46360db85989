"""Compute which causal graphs no behaviour can ever tell apart: the floor under every agent's posterior entropy.

Within a trial each potion can be used once, so what a stone can show depends on where it starts. Two graphs are
indistinguishable from a start if every sequence of dips shows the same under both. An episode's floor follows from
the starts that it has drawn so far. It is a lower bound: an agent walks one path in a trial, not all of them. What
the best single path leaves after a first trial is computed beside it.
"""

import itertools
from functools import cache
from math import comb, log2

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from athanor.experiments.simple_alchemy.config import Environment
from athanor.tasks.simple_alchemy.graphs import (
    FAMILIES,
    POTIONS,
    VERTICES,
    enumerate_graphs,
    transition_tables,
)

Labels = Int[np.ndarray, "vertex graph"]  # graphs with equal labels are indistinguishable


def run(environment: Environment) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `entropy_floor`, `one_trial_limit`, `start_classes`, and `floor_by_start` (family -> labels)."""
    tables = {family: transition_tables(enumerate_graphs(family)) for family in FAMILIES}
    labels = {family: indistinguishable(tables[family]).astype(np.int32) for family in FAMILIES}
    floors = [entropy_floor(labels[family], environment.trials).assign(family=family) for family in FAMILIES]
    classes = [start_classes(labels[family]).assign(family=family) for family in FAMILIES]
    return {
        "entropy_floor": _family_first(pd.concat(floors)),
        "one_trial_limit": pd.DataFrame([{"family": f} | one_trial_limit(tables[f]) for f in FAMILIES]),
        "start_classes": _family_first(pd.concat(classes)),
        "floor_by_start": dict(labels),
    }


def indistinguishable(tables: Int[np.ndarray, "graph vertex potion"]) -> Labels:
    """Label the graphs by what a stone can show with all potions full, for each vertex where it may start.

    Backward over sets of full potions: label(set, vertex, g) numbers the distinct tuples, over the full potions q,
    of (next vertex, label(set without q, next vertex, g)).
    """
    graphs = len(tables)
    labels = np.zeros((2**POTIONS, VERTICES, graphs), int)
    for potions, vertex in itertools.product(range(1, 2**POTIONS), range(VERTICES)):
        label = labels[potions, vertex]  # zero so far: nothing seen
        for potion in (q for q in range(POTIONS) if potions >> q & 1):
            following = tables[:, vertex, potion]
            later = labels[potions & ~(1 << potion), following, np.arange(graphs)]
            label = _number((label * VERTICES + following) * graphs + later)
        labels[potions, vertex] = label
    return labels[-1]


def class_sizes(labels: Labels, starts: tuple[int, ...]) -> Int[np.ndarray, "graph"]:
    """Return, for each true graph, how many graphs stay indistinguishable from it after trials with these starts."""
    joint = np.zeros(labels.shape[1], int)
    for vertex in starts:
        joint = _number(joint * labels.shape[1] + labels[vertex])
    return np.bincount(joint)[joint]


def entropy_floor(labels: Labels, trials: int) -> pd.DataFrame:
    """Return the expected floor after 1 to `trials` trials: graphs left, and bits of posterior entropy.

    The expectation is exact, over a uniform true graph and uniform starts. Only the set of distinct starts counts, so
    it is a sum over the 255 sets of vertices. With more trials it falls to one graph and 0 bits, since a stone shows
    the cell of its start by the first dip, and no two graphs have the same table.
    """
    graphs_by_distinct, bits_by_distinct = np.zeros((2, VERTICES + 1))
    for distinct in range(1, VERTICES + 1):
        sizes = np.stack([class_sizes(labels, s) for s in itertools.combinations(range(VERTICES), distinct)])
        graphs_by_distinct[distinct] = sizes.mean()
        bits_by_distinct[distinct] = np.log2(sizes).mean()
    weights = np.stack([distinct_starts(trial) for trial in range(1, trials + 1)])
    return pd.DataFrame(
        {
            "trials": np.arange(1, trials + 1),
            "expected_graphs": weights @ graphs_by_distinct,
            "expected_bits": weights @ bits_by_distinct,
        }
    )


def one_trial_limit(tables: Int[np.ndarray, "graph vertex potion"]) -> dict[str, float]:
    """Return the bits of the prior, and those that one trial leaves at least, over a uniform graph and start.

    The best way to explore, found by search over what is known (a set of graphs, as the bits of an integer): of all
    dips take the one with the least expected entropy at the end, sum over its outcomes of P(outcome) x entropy.
    """
    with_outcome = {
        (vertex, potion): _sets_by_outcome(tables[:, vertex, potion])
        for vertex, potion in itertools.product(range(VERTICES), range(POTIONS))
    }

    @cache
    def least_bits(known: int, vertex: int, potions: int) -> float:
        count = known.bit_count()
        if count == 1 or not potions:
            return log2(count)
        return min(after_dip(known, vertex, potions, q) for q in range(POTIONS) if potions >> q & 1)

    def after_dip(known: int, vertex: int, potions: int, potion: int) -> float:
        kept = [(following, known & graphs) for following, graphs in with_outcome[vertex, potion]]
        bits = (n.bit_count() * least_bits(n, v, potions & ~(1 << potion)) for v, n in kept if n)
        return sum(bits) / known.bit_count()

    everything = 2 ** len(tables) - 1
    after = [least_bits(everything, start, 2**POTIONS - 1) for start in range(VERTICES)]
    return {"prior_bits": log2(len(tables)), "least_expected_bits": sum(after) / VERTICES}


def distinct_starts(trials: int) -> Float[np.ndarray, "distinct"]:
    """Return the probability that so many trials draw 0, 1, ..., 8 distinct starts: surjections / 8^trials."""
    counts = [
        comb(VERTICES, distinct)
        * sum((-1) ** k * comb(distinct, k) * (distinct - k) ** trials for k in range(distinct))
        for distinct in range(VERTICES + 1)
    ]
    return np.array([count / VERTICES**trials for count in counts])


def start_classes(labels: Labels) -> pd.DataFrame:
    """Count the classes of indistinguishable graphs by size, for each start."""
    rows = []
    for start, label in enumerate(labels):
        sizes, classes = np.unique(np.bincount(label), return_counts=True)
        rows += [{"start": start, "class_size": s, "classes": c} for s, c in zip(sizes, classes, strict=True)]
    return pd.DataFrame(rows)


def _sets_by_outcome(following: Int[np.ndarray, "graph"]) -> list[tuple[int, int]]:
    """Return, for each next vertex, the set of graphs (bits) that lead to it."""
    return [(int(v), sum(1 << int(g) for g in np.flatnonzero(following == v))) for v in np.unique(following)]


def _number(labels: Int[np.ndarray, "graph"]) -> Int[np.ndarray, "graph"]:
    """Renumber labels 0, 1, 2, ..., equal where they were equal."""
    return np.unique(labels, return_inverse=True)[1]


def _family_first(table: pd.DataFrame) -> pd.DataFrame:
    return table[["family", *table.columns.drop("family")]].reset_index(drop=True)
