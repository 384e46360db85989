"""Write how long it is around a shape."""

import importlib

import pandas as pd

from .config import Drawing


def run(drawing: Drawing, shape: str) -> dict[str, pd.DataFrame]:
    """Return `perimeter`, with a row for each shape drawn that the job is told of."""
    sides = importlib.import_module(f"athanor.experiments.toy.shapes.{shape}").SIDES
    return {"perimeter": pd.DataFrame({"perimeter": [sides * drawn.length for drawn in drawing.shapes]})}
