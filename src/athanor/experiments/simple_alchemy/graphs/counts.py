"""Count the causal graphs of both families, what varies among them, and the distinct transition tables."""

import numpy as np
import pandas as pd

from athanor.tasks.simple_alchemy.graphs import FAMILIES, GraphFamily, enumerate_graphs, transition_tables


def run() -> dict[str, pd.DataFrame]:
    """Return `graph_counts`: one row per family."""
    rows = [{"family": family} | counts(enumerate_graphs(family)) for family in FAMILIES]
    return {"graph_counts": pd.DataFrame(rows)}


def counts(graphs: GraphFamily) -> dict[str, int]:
    """Count graphs, what their pairs of colours can act on, their sets of edges, and their tables.

    A dip is an addition if it moves the stone's attribute by one, within 0 and 1: if its edge is there whatever the others.
    """
    tables = transition_tables(graphs)
    added = transition_tables(graphs._replace(edge_present=np.ones_like(graphs.edge_present)))
    return {
        "graphs": len(tables),
        "potion_targets": distinct(graphs.attribute_of_pair),
        "edge_selections": distinct(graphs.edge_present),
        "distinct_transition_tables": distinct(tables),
        "graphs_off_addition": int((tables != added).any((1, 2)).sum()),
    }


def distinct(rows: np.ndarray) -> int:
    """Count the distinct rows along the first axis."""
    return len(np.unique(rows.reshape(len(rows), -1), axis=0))
