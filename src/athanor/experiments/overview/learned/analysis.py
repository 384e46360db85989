"""Bring what all systems learnt together, and estimate means over runs."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

ESTIMANDS = (
    Estimand(
        name="learned",
        table="learned",
        per=("row", "system", "family", "condition", "measure"),
        over="run",
        format=".3g",
        description="statement {row}, {system} on {family}, {condition}: {measure}, mean over runs",
    ),
)


def run(
    statistics: Statistics, rng: np.random.Generator, learned: tuple[Path, ...]
) -> dict[str, pd.DataFrame]:
    """Return `learned`, one row per number and run, and the estimates."""
    table = pd.concat([read_table(path) for path in learned], ignore_index=True)
    renamed = table.rename(columns={"quantity": "measure"})
    found = estimates("overview", ESTIMANDS, {"learned": renamed}, statistics, rng)
    return {"learned": table, "estimates/learned": found}
