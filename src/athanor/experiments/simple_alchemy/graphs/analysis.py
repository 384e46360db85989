"""Estimate what is said of the causal graphs: counts, all of them exact."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.simple_alchemy.config import Published
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

ESTIMANDS = (
    Estimand(
        name="graphs",
        table="counts",
        value="graphs",
        per=("family",),
        format="d",
        unit="graphs",
        description="causal graphs, family {family}",
    ),
    Estimand(
        name="distinct_tables",
        table="counts",
        value="distinct_transition_tables",
        per=("family",),
        format="d",
        unit="graphs",
        description="distinct transition tables, family {family}",
    ),
    Estimand(
        name="edge_selections",
        table="counts",
        value="edge_selections",
        where={"family": "all"},
        format="d",
        description="edge selections: sets of edges, at least one for each attribute",
    ),
    Estimand(
        name="potion_targets",
        table="counts",
        value="potion_targets",
        where={"family": "all"},
        format="d",
        description="ways to give the pairs of colours their attributes",
    ),
    Estimand(
        name="graphs_off_addition",
        table="counts",
        value="graphs_off_addition",
        per=("family",),
        format="d",
        unit="graphs",
        description="graphs on which some dip is no addition of potion and stone, family {family}",
    ),
    Estimand(
        name="alchemy_chemistries_per_graph",
        table="counts",
        value="alchemy_chemistries_per_graph",
        where={"family": "all"},
        format=".1f",
        description="chemistries of Alchemy over graphs here",
    ),
    *(
        Estimand(name=name, table="distances", value=name, format=spec, unit=unit, description=text)
        for name, spec, unit, text in (
            ("graph_pairs", "d", "pairs", "pairs of different graphs"),
            ("distinct_distances", "d", "", "distinct distances between graphs"),
            ("pairs_per_distinct_distance", ".0f", "pairs", "pairs for each distinct distance"),
            ("pairs_at_commonest_distance", "d", "pairs", "pairs at the commonest distance"),
            ("share_of_pairs_at_commonest_distance", ".3f", "", "their share of all pairs"),
            ("pair_orbits", "d", "orbits", "pairs of graphs up to relabelling"),
            (
                "equal_distances_alike",
                ".3f",
                "",
                "of two pairs at one distance, share that relabelling makes one",
            ),
            ("fewest_cells_differing", "d", "cells", "between two graphs"),
            ("most_cells_differing", "d", "cells", "between two graphs"),
        )
    ),
    Estimand(
        name="graphs_violating_factorisation",
        table="factorisation",
        value="graphs_failing",
        where={"attribute": "any"},
        per=("family",),
        format="d",
        unit="graphs",
        description="graphs on which an attribute's next value needs other attributes, family {family}",
    ),
)


def run(
    published: Published,
    statistics: Statistics,
    rng: np.random.Generator,
    graph_counts: Path,
    distance_values: Path,
    factorisation_test: Path,
) -> dict[str, pd.DataFrame]:
    """Return `estimates/graphs`."""
    tables = {
        "counts": _counts(read_table(graph_counts), published.alchemy_chemistries),
        "distances": _distances(read_table(distance_values)),
        "factorisation": read_table(factorisation_test),
    }
    return {"estimates/graphs": estimates("simple_alchemy", ESTIMANDS, tables, statistics, rng)}


def _counts(counts: pd.DataFrame, chemistries: int) -> pd.DataFrame:
    return counts.assign(
        alchemy_chemistries_per_graph=chemistries / counts["graphs"],
    )


def _distances(distances: pd.DataFrame) -> pd.DataFrame:
    """Return one row with what is said of all pairs of graphs."""
    pairs, commonest = int(distances["pairs"].sum()), int(distances["pairs"].max())
    equal = distances["pairs"] * (distances["pairs"] - 1) // 2  # ways to choose two pairs at one distance
    row = {
        "graph_pairs": pairs,
        "distinct_distances": len(distances),
        "pairs_per_distinct_distance": pairs / len(distances),
        "pairs_at_commonest_distance": commonest,
        "share_of_pairs_at_commonest_distance": commonest / pairs,
        "pair_orbits": int(distances["orbits"].sum()),
        "equal_distances_alike": distances["alike"].sum() / equal.sum(),
        "fewest_cells_differing": distances["cells_differing"].min(),
        "most_cells_differing": distances["cells_differing"].max(),
    }
    return pd.DataFrame([row])
