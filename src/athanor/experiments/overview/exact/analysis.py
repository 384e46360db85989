"""Give each exact answer an address, so that the paper can print it."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

ESTIMANDS = (
    Estimand(
        name="exact",
        table="answers",
        per=("row", "family", "setting", "answer"),
        format=".5g",
        description="exact answer to statement {row}: {family}, {setting}, {answer}",
    ),
)


def run(statistics: Statistics, rng: np.random.Generator, answers: Path) -> dict[str, pd.DataFrame]:
    """Return the estimates: all of them exact."""
    table = read_table(answers).rename(columns={"quantity": "answer"})
    return {"estimates/exact": estimates("overview", ESTIMANDS, {"answers": table}, statistics, rng)}
