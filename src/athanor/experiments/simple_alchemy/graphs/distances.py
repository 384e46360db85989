"""Measure how far apart the 384 causal graphs are, pair by pair."""

import numpy as np
import pandas as pd

from athanor.experiments.simple_alchemy.graphs.config import GraphDistances
from athanor.tasks.simple_alchemy.distances import cells_differing, mean_kl
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables


def run(graph_distances: GraphDistances) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `graph_distances` (ordered by permutation, then edges) and `distance_values`."""
    tables = transition_tables(enumerate_graphs("three_edges"))
    kl = mean_kl(tables, graph_distances.smoothing)
    cells = cells_differing(tables)
    return {
        "graph_distances": {"mean_kl": kl, "cells_differing": cells},
        "distance_values": distance_values(kl, cells),
    }


def distance_values(kl: np.ndarray, cells: np.ndarray) -> pd.DataFrame:
    """Count the unordered pairs of different graphs at each distance."""
    first, second = np.tril_indices(len(cells), -1)
    pairs = pd.DataFrame({"cells_differing": cells[first, second], "mean_kl": kl[first, second]})
    grouped = pairs.groupby("cells_differing")["mean_kl"]
    return grouped.agg(mean_kl="mean", pairs="size").reset_index()
