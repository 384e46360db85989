"""Bring the learning curves of the bus grid together, and take what each run earns at the end."""

from pathlib import Path

import pandas as pd

from athanor.experiments.overview.learned.row import Learned
from athanor.results import read_table

STATEMENT = {"end_to_end": 7, "dream": 10, "dream_without_bottleneck": 10}


def run(curves: tuple[Path, ...]) -> dict[str, pd.DataFrame]:
    """Return `bus_grid`, the curves, and `decoupled`, their ends."""
    table = pd.concat([read_table(path) for path in curves], ignore_index=True)
    return {"bus_grid": table, "decoupled": ends(table)}


def ends(table: pd.DataFrame) -> pd.DataFrame:
    """Return the return of each run at its last point."""
    last = table[table["steps"] == table["steps"].max()]
    found = [
        Learned(STATEMENT[one.learner], one.learner, "bus_grid", one.setting, one.run, "return", one.earned)
        for one in last.rename(columns={"return": "earned"}).itertuples()
    ]
    return pd.DataFrame(found, columns=list(Learned._fields))
