"""Bring the learning curves of all experiments on Alchemy together."""

from pathlib import Path

import pandas as pd

from athanor.results import read_table


def run(curves: tuple[Path, ...]) -> dict[str, pd.DataFrame]:
    """Return `learning_curves`: the mean score of the episodes up to a point since the one before."""
    return {"learning_curves": pd.concat([read_table(path) for path in curves], ignore_index=True)}
