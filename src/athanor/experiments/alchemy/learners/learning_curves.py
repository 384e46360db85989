"""Bring the learning curves of all experiments on Alchemy together."""

from pathlib import Path

import pandas as pd

from athanor.results import read_table

COLUMNS = ["experiment", "learner", "place", "game", "size", "seed", "episode", "score"]


def run(
    single: tuple[Path, ...],
    meta: tuple[Path, ...],
    recurrent_runs: tuple[Path, ...],
    families: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `learning_curves`: the mean score of the episodes up to a point since the one before.

    Conditions that an experiment does not have are empty.
    """
    found = {
        "single_chemistry": single,
        "meta_learning": meta,
        "recurrent": recurrent_runs,
        "family_size": families,
    }
    tables = [
        read_table(path).assign(experiment=experiment)
        for experiment, paths in found.items()
        for path in paths
    ]
    table = pd.concat([table for table in tables if len(table)], ignore_index=True)
    return {"learning_curves": table.reindex(columns=COLUMNS).astype({"place": "Int64", "size": "Int64"})}
