"""Tests of the counts of causal graphs: products by hand."""

from athanor.experiments.simple_alchemy.graphs import counts


def test_counts_by_hand() -> None:
    """Six ways to give three pairs three attributes; 4 or 2^4 - 1 edge sets for each of three attributes.

    Only the six graphs with every edge add whatever the stone, and none of those with three edges does.
    """
    table = counts.run()["graph_counts"].set_index("family")
    expected = {
        "three_edges": (6 * 4**3, 6, 4**3, 6 * 4**3, 6 * 4**3),
        "all": (6 * 15**3, 6, 15**3, 6 * 15**3, 6 * 15**3 - 6),
    }
    names = [
        "graphs",
        "potion_targets",
        "edge_selections",
        "distinct_transition_tables",
        "graphs_off_addition",
    ]
    for family, numbers in expected.items():
        assert tuple(table.loc[family, names]) == numbers
