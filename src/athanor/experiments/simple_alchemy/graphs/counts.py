"""Count the causal graphs of both families and the distinct transition tables among them."""

import numpy as np
import pandas as pd

from athanor.tasks.simple_alchemy.graphs import FAMILIES, enumerate_graphs, transition_tables


def run() -> dict[str, pd.DataFrame]:
    """Return `graph_counts`: one row per family."""
    rows = []
    for family in FAMILIES:
        tables = transition_tables(enumerate_graphs(family))
        distinct = np.unique(tables.reshape(len(tables), -1), axis=0)
        rows.append({"family": family, "graphs": len(tables), "distinct_transition_tables": len(distinct)})
    return {"graph_counts": pd.DataFrame(rows)}
