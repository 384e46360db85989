"""Rows for what a configuration leaves out of the study, so that it is reported as not run."""

import pandas as pd

TASKS = pd.DataFrame({"tasks": ["train", "held_out"]})


def with_not_run(table: pd.DataFrame, cells: pd.DataFrame, unit: str = "run") -> pd.DataFrame:
    """Return a table of runs with a row without values for each of some cells, told apart by their columns, that it lacks.

    `unit` is what a row is of, where it is not a run.
    """
    run = set(table[list(cells.columns)].itertuples(index=False, name=None))
    missing = cells[[cell not in run for cell in cells.itertuples(index=False, name=None)]]
    return table if missing.empty else pd.concat([table, missing.assign(**{unit: 0})], ignore_index=True)
