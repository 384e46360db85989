"""Write a number that depends on nothing else."""

import pandas as pd


def run() -> dict[str, pd.DataFrame]:
    """Return `apart`."""
    return {"apart": pd.DataFrame({"number": [1]})}
