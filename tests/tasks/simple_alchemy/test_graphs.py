"""Tests of the enumeration of causal graphs."""

import itertools

import numpy as np
import pytest

from athanor.tasks.simple_alchemy import graphs
from athanor.tasks.simple_alchemy.graphs import FAMILIES, enumerate_graphs, transition_tables


def test_edge_index_by_hand() -> None:
    # Edge of attribute 0 at vertex 6 = (0, 1, 1): both others are 1. Of attribute 1 at vertex 4 = (0, 0, 1): 0 and 1.
    assert graphs.edge_index(0, 6) == 3
    assert graphs.edge_index(1, 4) == 2
    assert graphs.edge_index(2, 1) == 1


def test_an_edge_has_two_ends() -> None:
    for attribute, edge in itertools.product(range(3), range(4)):
        first, second = np.flatnonzero(graphs.EDGE_AT[attribute] == edge)
        assert first ^ second == 1 << attribute


@pytest.mark.parametrize(("family", "count"), [("three_edges", 384), ("all", 20_250)])
def test_counts_and_no_two_graphs_alike(family, count) -> None:
    tables = transition_tables(enumerate_graphs(family))
    assert tables.shape == (count, 8, 6)
    assert len(np.unique(tables.reshape(count, -1), axis=0)) == count


def test_order_of_the_384_graphs() -> None:
    family = enumerate_graphs("three_edges")
    permutations = list(itertools.permutations(range(3)))
    index = 64 * 4 + 16 * 3 + 4 * 0 + 2
    assert tuple(family.attribute_of_pair[index]) == permutations[4] == (2, 0, 1)
    missing = [list(row).index(False) for row in family.edge_present[index]]
    assert missing == [3, 0, 2]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_attribute_has_an_edge(family) -> None:
    edges = enumerate_graphs(family).edge_present.sum(axis=2)
    assert edges.min() == (3 if family == "three_edges" else 1)
    assert edges.max() == (3 if family == "three_edges" else 4)


def test_three_edges_is_part_of_all() -> None:
    tables = {f: transition_tables(enumerate_graphs(f)).reshape(-1, 48) for f in FAMILIES}
    everything = {row.tobytes() for row in tables["all"]}
    assert all(row.tobytes() in everything for row in tables["three_edges"])


def test_transition_table_by_hand() -> None:
    # Graph 0: pair p acts on attribute p, and of each attribute the edge between 000 and its neighbour is missing.
    table = transition_tables(enumerate_graphs("three_edges"))[0]
    assert table[0b000].tolist() == [0, 0, 0, 0, 0, 0]  # nothing moves the stone from here
    assert table[0b001].tolist() == [1, 1, 3, 1, 5, 1]  # 100 has no edge back to 000, but to 110 and 101
    assert table[0b111].tolist() == [7, 6, 7, 5, 7, 3]


@pytest.mark.parametrize("family", FAMILIES)
def test_transition_tables_against_the_plain_rules(family, plain) -> None:
    family_graphs = enumerate_graphs(family)
    tables = transition_tables(family_graphs)
    chosen = np.random.default_rng(0).choice(len(tables), min(len(tables), 500), replace=False)
    for g in chosen:
        game = plain.Game(
            family_graphs.attribute_of_pair[g], plain.edges(family_graphs.edge_present[g]), (0, 0, 0)
        )
        table = [[plain.vertex(game.dipped(plain.attributes(v), q)) for q in range(6)] for v in range(8)]
        assert tables[g].tolist() == table


@pytest.mark.parametrize("family", FAMILIES)
def test_a_pair_undoes_itself(family) -> None:
    # Every edge is present or absent for both directions at once.
    tables = transition_tables(enumerate_graphs(family))[::37]
    for pair, colour in itertools.product(range(3), range(2)):
        there = tables[:, :, 2 * pair + colour]
        back = np.take_along_axis(tables[:, :, 2 * pair + 1 - colour], there, axis=1)
        moved = there != np.arange(8)
        assert np.array_equal(back[moved], np.broadcast_to(np.arange(8), back.shape)[moved])
