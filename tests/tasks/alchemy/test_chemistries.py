"""Tests of the enumeration: counts by hand, plain rules, and that all chemistries can be told apart."""

import itertools

import numpy as np
import pytest

from athanor.tasks.alchemy import chemistries
from athanor.tasks.alchemy.chemistries import (
    AXES,
    CHEMISTRIES,
    COORDINATES,
    GRAPHS,
    KINDS,
    PERMUTATIONS,
    ROTATIONS,
    STONE_MAPS,
    VERTICES,
)


def test_counts_by_hand() -> None:
    assert CHEMISTRIES == 109 * 48 * 8 * 4 == 167_424
    assert np.bincount(GRAPHS.constraints).tolist() == [1, 12, 48, 48]
    edges, counts = np.unique(GRAPHS.edge_present.sum((1, 2)), return_counts=True)
    assert dict(zip(edges.tolist(), counts.tolist(), strict=True)) == {12: 1, 10: 12, 9: 12, 8: 36, 7: 48}


def test_the_prior_by_hand() -> None:
    # Of 192 tickets each number of constraints has 48.
    assert [int(GRAPHS.tickets[GRAPHS.constraints == k].sum()) for k in range(4)] == [48] * 4
    # 2 bits for the number of constraints, then log2 of 1, 12, 48, 48 on average, log2 of 48 and 3 bits.
    entropy = 2 + np.log2([1, 12, 48, 48]).mean() + np.log2(48) + 3
    assert chemistries.prior_entropy(rotated=False) == pytest.approx(entropy)
    assert chemistries.prior_entropy(rotated=True) == pytest.approx(entropy + 2)


def test_graphs_are_those_of_the_plain_rules(plain) -> None:
    ours = {frozenset(plain.edges(edges)): int(k) for edges, k in zip(*numbered_graphs(), strict=True)}
    assert ours == {frozenset(edges): constraints for edges, constraints in plain.graphs()}


def numbered_graphs():
    return GRAPHS.edge_present, GRAPHS.constraints


def test_moves_and_looks_are_those_of_the_plain_rules(plain) -> None:
    moves, kinds, looks = chemistries.moves(), chemistries.kind_of_colour(), chemistries.looks()
    for task in np.random.default_rng(0).integers(0, (109, 48, 8, 4), (60, 4)):
        graph, potion_map, stone_map, rotation = task
        chemistry = plain.chemistry(task, GRAPHS.edge_present, PERMUTATIONS)
        for vertex, kind in itertools.product(range(VERTICES), range(KINDS)):
            corner, potion = plain.corner(vertex), plain.potion(kind)
            assert plain.corner(int(moves[graph, vertex, kind])) == chemistry.dipped(corner, potion)
            assert kinds[potion_map, chemistry.colour(potion)] == kind
            assert tuple(looks[rotation, stone_map, vertex]) == chemistry.look(corner)


def test_looks_turn_to_aligned_corners() -> None:
    aligned = np.einsum("rij,rsvj->rsvi", ROTATIONS, chemistries.looks())
    expected = COORDINATES[np.arange(VERTICES) ^ np.arange(STONE_MAPS)[:, None]]
    np.testing.assert_array_equal(aligned, np.broadcast_to(expected, aligned.shape))


def test_all_chemistries_differ_in_what_is_perceived() -> None:
    rows = chemistries.perceived_dynamics()
    assert len(rows) == CHEMISTRIES
    assert chemistries.count_distinct(rows) == CHEMISTRIES
    assert chemistries.count_distinct(rows.reshape(len(rows), VERTICES, -1)[:, :, 0]) == len(ROTATIONS)


def test_names_of_graphs_and_potion_maps() -> None:
    for number in (0, 5, 108):
        assert chemistries.graph_number(GRAPHS.edge_present[number]) == number
    with pytest.raises(ValueError) as error:
        chemistries.graph_number(np.zeros((AXES, 4), bool))
    assert str(error.value) == "the edges 0000 0000 0000 are none of the 109 causal graphs"
    number = chemistries.potion_map_number((1, 0, 2), (False, False, True))
    assert chemistries.kind_of_colour()[number].tolist() == [2, 3, 0, 1, 5, 4]
    with pytest.raises(ValueError, match=r"are \(1, 1, 2\), must be a permutation"):
        chemistries.potion_map_number((1, 1, 2), (False, False, False))
