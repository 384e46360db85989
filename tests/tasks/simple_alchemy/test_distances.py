"""Tests of the distances between causal graphs: worked numbers, the identity, plain loops."""

import numpy as np
import pytest
import scipy.stats

from athanor.tasks.simple_alchemy import distances
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables

TABLES = transition_tables(enumerate_graphs("three_edges"))
SMOOTHING = 0.001


@pytest.fixture(scope="module")
def kl():
    return distances.mean_kl(TABLES, SMOOTHING)


@pytest.fixture(scope="module")
def cells():
    return distances.cells_differing(TABLES)


def test_smoothed_row_by_hand() -> None:
    # With 1/8 added everywhere a certain row is 9/16, and 1/16 seven times.
    row = distances.smoothed_rows(TABLES[:1], 1 / 8)[0, 0]
    np.testing.assert_allclose(row, [9 / 16] + [1 / 16] * 7)


def test_divergence_of_two_rows_by_hand() -> None:
    # (9 log 9 - 1 log 9) / 16 = log(9) / 2.
    assert distances.kl_of_differing_rows(1 / 8) == pytest.approx(np.log(9) / 2)


def test_first_pairs_by_hand(cells) -> None:
    # Graphs 0 and 1 differ in which edge of attribute 2 is missing: two edges, each with two ends.
    assert cells[0, 1] == 4
    # Graphs 0 and 64 swap the targets of pairs 1 and 2, whose rows agree where neither moves the stone.
    assert cells[0, 64] == sum(int(TABLES[0, v, q] != TABLES[64, v, q]) for v in range(8) for q in range(6))


def test_mean_kl_is_a_constant_times_the_differing_cells(kl, cells) -> None:
    constant = distances.kl_of_differing_rows(SMOOTHING) / distances.CELLS
    np.testing.assert_allclose(kl, constant * cells, rtol=1e-12, atol=1e-15)


def test_divergence_against_scipy(kl) -> None:
    rows = distances.smoothed_rows(TABLES[[3, 200]], SMOOTHING)
    entropies = [scipy.stats.entropy(first, second) for first, second in zip(*rows, strict=True)]
    assert kl[3, 200] == pytest.approx(np.mean(entropies), rel=1e-12)


def test_distances_are_symmetric_and_zero_on_the_diagonal_alone(kl, cells) -> None:
    np.testing.assert_allclose(kl, kl.T, rtol=1e-12)
    assert np.array_equal(cells, cells.T)
    assert np.array_equal(cells == 0, np.eye(384, dtype=bool))
    assert np.array_equal(kl == 0, np.eye(384, dtype=bool))


def test_differing_cells_obey_the_triangle_inequality(cells) -> None:
    some = cells[::11, ::11]
    assert np.all(some[:, None] <= some[:, :, None] + some[None])


def test_relabelling_attributes_keeps_the_distances(cells) -> None:
    # Renaming pairs maps the family onto itself: the distances of one graph to all are those of any other block.
    by_block = cells.reshape(6, 64, 6, 64)
    whole = np.sort(by_block[0].reshape(64, -1).sum(axis=1))
    for block in by_block[1:]:
        np.testing.assert_array_equal(np.sort(block.reshape(64, -1).sum(axis=1)), whole)


def test_relabelling_keeps_every_distance_and_orbits_have_at_most_the_groups_size(cells) -> None:
    images, orbits = distances.relabelled(TABLES), distances.pair_orbits(TABLES)
    assert len(images) == 72 and (np.sort(images, axis=1) == np.arange(len(TABLES))).all()
    for image in images[::7]:
        np.testing.assert_array_equal(cells[np.ix_(image, image)], cells)
    np.testing.assert_array_equal(orbits, orbits.T)
    first, second = np.tril_indices(len(TABLES), -1)
    _, place, sizes = np.unique(orbits[first, second], return_index=True, return_counts=True)
    assert sizes.max() <= 72 and sizes.sum() == 384 * 383 // 2
    assert all(72 % size == 0 for size in set(sizes.tolist()))
    assert place.size > len(np.unique(cells))
