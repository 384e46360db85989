"""Tests of the experiment on distances: worked counts of pairs, and that they add up."""

import numpy as np
import pytest

from athanor.experiments.simple_alchemy.graphs import distances
from athanor.experiments.simple_alchemy.graphs.config import GraphDistances
from athanor.tasks.simple_alchemy.distances import CELLS, kl_of_differing_rows

SMOOTHING = 0.01


@pytest.fixture(scope="module")
def results():
    return distances.run(GraphDistances(smoothing=SMOOTHING))


def test_pairs_add_up(results) -> None:
    assert results["distance_values"]["pairs"].sum() == 384 * 383 // 2
    assert results["distance_values"]["cells_differing"].is_monotonic_increasing


def test_pairs_of_one_permutation_by_hand(results) -> None:
    # Two graphs of a permutation differ in 1, 2 or 3 attributes' missing edge, 4 cells each: 6 blocks with
    # 64 x 9 / 2, 64 x 27 / 2 and 64 x 27 / 2 pairs.
    pairs = results["distance_values"].set_index("cells_differing")["pairs"]
    assert pairs.loc[:12].to_dict() == {4: 6 * 288, 8: 6 * 864, 12: 6 * 864}


def test_orbits_of_pairs_that_differ_in_one_edge_set_by_hand(results) -> None:
    """By Burnside: relabelling leaves 96 pairs of one permutation and one attribute, on which a group of 4 acts.

    Exchanging the other two attributes leaves 2 x 4 of them as they are, exchanging 0 and 1 none, both together 2 x 4.
    """
    row = results["distance_values"].set_index("cells_differing").loc[4]
    assert row["orbits"] == (96 + 8 + 0 + 8) / 4
    # Each of the 8 + 8 pairs left as they are shares an orbit with one other, each of the 80 with three; 18 times.
    assert row["alike"] == 8 * (36 * 35 // 2) + 20 * (72 * 71 // 2)


def test_table_agrees_with_the_arrays(results) -> None:
    arrays, table = results["graph_distances"], results["distance_values"]
    assert arrays["mean_kl"].shape == arrays["cells_differing"].shape == (384, 384)
    assert np.issubdtype(arrays["cells_differing"].dtype, np.integer)
    for row in table.itertuples():
        assert np.count_nonzero(arrays["cells_differing"] == row.cells_differing) == 2 * row.pairs
    expected = table["cells_differing"] * kl_of_differing_rows(SMOOTHING) / CELLS
    np.testing.assert_allclose(table["mean_kl"], expected, rtol=1e-12)
