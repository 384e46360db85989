"""What the results of the miniature must be, by part: tests of training and play that need not be run for them alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Made:
    """A finished run: its results folder and its configuration."""

    folder: Path
    given: Any

    def table(self, *place: object) -> pd.DataFrame:
        """Return a table by the parts of its place, without suffix."""
        return pd.read_csv(self._path(place, "csv"))

    def arrays(self, *place: object) -> dict[str, np.ndarray]:
        """Return arrays by their names."""
        with np.load(self._path(place, "npz")) as stored:
            return dict(stored)

    def _path(self, place: tuple[object, ...], suffix: str) -> Path:
        return self.folder.joinpath(*map(str, place)).with_suffix(f".{suffix}")
