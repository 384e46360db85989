"""Measure how far apart the 384 causal graphs are, pair by pair."""

import numpy as np
import pandas as pd

from athanor.experiments.simple_alchemy.graphs.config import GraphDistances
from athanor.tasks.simple_alchemy.distances import cells_differing, mean_kl, pair_orbits
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables


def run(graph_distances: GraphDistances) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `graph_distances` (ordered by permutation, then edges) and `distance_values`."""
    tables = transition_tables(enumerate_graphs("three_edges"))
    kl = mean_kl(tables, graph_distances.smoothing)
    cells = cells_differing(tables)
    return {
        "graph_distances": {"mean_kl": kl, "cells_differing": cells},
        "distance_values": distance_values(kl, cells, pair_orbits(tables)),
    }


def distance_values(kl: np.ndarray, cells: np.ndarray, orbits: np.ndarray) -> pd.DataFrame:
    """Count the unordered pairs of different graphs at each distance, the orbits they form, and two pairs of one orbit."""
    first, second = np.tril_indices(len(cells), -1)
    chosen = {"cells_differing": cells, "mean_kl": kl, "orbit": orbits}
    pairs = pd.DataFrame({name: values[first, second] for name, values in chosen.items()})
    grouped = pairs.groupby("cells_differing")
    sizes = pairs.groupby(["cells_differing", "orbit"]).size()
    alike = (sizes * (sizes - 1) // 2).groupby("cells_differing").sum()
    table = grouped.agg(mean_kl=("mean_kl", "mean"), pairs=("mean_kl", "size"), orbits=("orbit", "nunique"))
    return table.assign(alike=alike).reset_index()
