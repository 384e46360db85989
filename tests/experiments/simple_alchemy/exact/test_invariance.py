"""Tests of what no behaviour can tell apart: worked numbers, all orders of dipping, the limit of many trials."""

import itertools
from math import log2

import numpy as np
import pytest

from athanor.experiments.simple_alchemy.config import Environment
from athanor.experiments.simple_alchemy.exact import invariance
from athanor.tasks.simple_alchemy.graphs import FAMILIES, enumerate_graphs, transition_tables

TABLES = {family: transition_tables(enumerate_graphs(family)) for family in FAMILIES}


@pytest.fixture(scope="module")
def results():
    return invariance.run(Environment())


@pytest.fixture(scope="module")
def labels(results):
    return results["floor_by_start"]


def shown_by_all_orders(tables, start):
    """Return, for each graph, the stones that every order of all six potions shows."""
    shown = []
    for order in itertools.permutations(range(6)):
        stone = np.full(len(tables), start)
        for potion in order:
            stone = tables[np.arange(len(tables)), stone, potion]
            shown.append(stone)
    return np.stack(shown, axis=1)


@pytest.mark.parametrize(("family", "start"), [("three_edges", 0), ("three_edges", 5), ("all", 3)])
def test_labels_against_all_orders_of_dipping(family, start, labels) -> None:
    chosen = np.random.default_rng(0).permutation(len(TABLES[family]))[:1500]
    shown = shown_by_all_orders(TABLES[family][chosen].astype(np.int8), start)
    brute = np.unique(shown, axis=0, return_inverse=True)[1]
    both = np.unique(np.stack([brute, labels[family][start][chosen]]), axis=1)
    # One label for each behaviour, and one behaviour for each label.
    assert both.shape[1] == len(np.unique(both[0])) == len(np.unique(both[1]))


def test_a_stone_with_no_edges_shows_nothing_by_hand(results) -> None:
    # In the 384 family only the six graphs (one a permutation) that lack all three edges of the start look alike.
    classes = results["start_classes"]
    classes = classes[classes["family"] == "three_edges"]
    for start in range(8):
        sizes = classes[classes["start"] == start].set_index("class_size")["classes"].to_dict()
        assert sizes == {1: 378, 6: 1}


def test_classes_hold_every_graph(results) -> None:
    classes = results["start_classes"]
    held = (classes["class_size"] * classes["classes"]).groupby([classes["family"], classes["start"]]).sum()
    assert set(held["three_edges"]) == {384}
    assert set(held["all"]) == {20_250}


def test_floor_of_the_384_by_hand(results) -> None:
    # With one start, 6 of 384 graphs have 6 left. Two different starts never share such a graph.
    floor = results["entropy_floor"].query("family == 'three_edges'").set_index("trials")
    assert floor.loc[1, "expected_graphs"] == pytest.approx(1 + 6 * 5 / 384)
    for trials in range(1, 6):
        assert floor.loc[trials, "expected_bits"] == pytest.approx(6 / 384 * log2(6) / 8 ** (trials - 1))


@pytest.mark.parametrize("family", FAMILIES)
def test_floor_falls_to_one_graph_and_zero_bits(family, labels) -> None:
    floor = invariance.entropy_floor(labels[family], 400)
    assert (np.diff(floor["expected_bits"]) <= 1e-15).all()
    assert floor["expected_bits"].iloc[-1] == pytest.approx(0, abs=1e-12)
    assert floor["expected_graphs"].iloc[-1] == pytest.approx(1, abs=1e-9)
    assert invariance.class_sizes(labels[family], tuple(range(8))).tolist() == [1] * len(TABLES[family])


def test_floor_of_two_trials_against_all_pairs_of_starts(labels) -> None:
    sizes = [
        invariance.class_sizes(labels["three_edges"], starts)
        for starts in itertools.product(range(8), repeat=2)
    ]
    floor = invariance.entropy_floor(labels["three_edges"], 2)
    assert floor["expected_graphs"][1] == pytest.approx(np.mean(sizes), rel=1e-12)
    assert floor["expected_bits"][1] == pytest.approx(np.log2(sizes).mean(), rel=1e-12)


def test_distinct_starts_by_hand() -> None:
    assert invariance.distinct_starts(1).tolist() == [0, 1] + [0] * 7
    np.testing.assert_allclose(invariance.distinct_starts(2)[:3], [0, 1 / 8, 7 / 8])
    drawn = [len(set(starts)) for starts in itertools.product(range(8), repeat=4)]
    np.testing.assert_allclose(invariance.distinct_starts(4), np.bincount(drawn, minlength=9) / 8**4)


def least_bits_by_lists(tables, known, stone, left) -> float:
    """Search all ways to explore, with lists of graphs."""
    best = log2(len(known))
    for potion in left if len(known) > 1 else ():
        outcomes = {}
        for graph in known:
            outcomes.setdefault(int(tables[graph, stone, potion]), []).append(graph)
        bits = [
            len(kept) * least_bits_by_lists(tables, kept, after, left - {potion})
            for after, kept in outcomes.items()
        ]
        best = min(best, sum(bits) / len(known))
    return best


def test_one_trial_limit_against_lists() -> None:
    few = TABLES["three_edges"][np.random.default_rng(1).choice(384, 12, replace=False)]
    everything = frozenset(range(6))
    brute = [least_bits_by_lists(few, list(range(12)), start, everything) for start in range(8)]
    limit = invariance.one_trial_limit(few)
    assert limit["prior_bits"] == pytest.approx(log2(12))
    assert limit["least_expected_bits"] == pytest.approx(np.mean(brute), rel=1e-12)


def test_one_trial_limit_lies_between_floor_and_prior(results) -> None:
    limit = results["one_trial_limit"].set_index("family")
    floor = results["entropy_floor"].query("trials == 1").set_index("family")
    assert (floor["expected_bits"] < limit["least_expected_bits"]).all()
    assert (limit["least_expected_bits"] < limit["prior_bits"]).all()
