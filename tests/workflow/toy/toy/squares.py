"""Square the first numbers, taking as long as TOY_SECONDS says, and as long as the file TOY_HOLD is there."""

import os
import time
from pathlib import Path

import pandas as pd

from athanor.results import read_table

from .arithmetic import power


def run(numbers: Path) -> dict[str, pd.DataFrame]:
    """Return `squares`."""
    time.sleep(float(os.environ.get("TOY_SECONDS", "0")))
    while os.path.exists(os.environ.get("TOY_HOLD", "")):
        time.sleep(0.05)
    table = read_table(numbers)
    return {"squares": table.assign(square=table["number"].map(power))}
