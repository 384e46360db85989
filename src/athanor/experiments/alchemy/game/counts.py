"""Count the chemistries and hold that all of them differ in what can be perceived."""

import numpy as np
import pandas as pd

from athanor.tasks.alchemy.chemistries import (
    CHEMISTRIES,
    GRAPHS,
    POTION_MAPS,
    ROTATIONS,
    STONE_MAPS,
    count_distinct,
    perceived_dynamics,
)


def run() -> dict[str, pd.DataFrame]:
    """Return `chemistry_counts`: one row per count."""
    counts = {
        "graphs": len(GRAPHS.constraints),
        "potion_maps": POTION_MAPS,
        "stone_maps": STONE_MAPS,
        "rotations": len(ROTATIONS),
        "chemistries": CHEMISTRIES,
        "distinct_perceived_dynamics": count_distinct(perceived_dynamics()),
        **_graphs_by(GRAPHS.constraints, "constraints"),
        **_graphs_by(GRAPHS.edge_present.sum((1, 2)), "edges"),
    }
    return {"chemistry_counts": pd.DataFrame(counts.items(), columns=["quantity", "count"])}


def _graphs_by(numbers: np.ndarray, what: str) -> dict[str, int]:
    values, counts = np.unique(numbers, return_counts=True)
    return {f"graphs_with_{value}_{what}": int(count) for value, count in zip(values, counts, strict=True)}
