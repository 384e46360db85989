"""Square the first numbers, taking as long as TOY_SECONDS says."""

import os
import time
from pathlib import Path

import pandas as pd

from athanor.results import read_table

from .arithmetic import power


def run(numbers: Path) -> dict[str, pd.DataFrame]:
    """Return `squares`."""
    time.sleep(float(os.environ.get("TOY_SECONDS", "0")))
    table = read_table(numbers)
    return {"squares": table.assign(square=table["number"].map(power))}
