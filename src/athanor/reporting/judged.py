"""The judged claims as tables: claims.csv has one row per statement, readings.csv one per reading."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from athanor.reporting import ReportingError
from athanor.results import read_bytes

YES = "yes"  # in a column of marks; otherwise empty


class Judged(NamedTuple):
    """A row of claims.csv, every cell as it is written there: a statement and its verdict."""

    id: str
    source: str
    short: str
    statement: str
    published: str
    nearest: str  # id of the reading nearest to the words of the source
    verdict: str
    one_run_left_out: (
        str  # verdicts that take its place then; same if none does, empty if it rests on no runs
    )
    post_hoc: str  # why, or empty
    descriptive: str  # why, or empty


class JudgedReading(NamedTuple):
    """A row of readings.csv, every cell as it is written there: a reading of a statement and its own verdict."""

    id: str
    claim: str  # id of the statement
    reading: str
    quantity: str
    measured: str
    low: str
    high: str
    unit: str
    criterion: str
    verdict: str
    one_run_left_out: str  # as that of the statement
    nearest: str  # yes, or empty
    post_hoc: str
    descriptive: str

    @property
    def counts(self) -> bool:
        """Return whether the verdict on the statement may rest on this reading."""
        return not self.post_hoc and not self.descriptive


def read_judged(claims: Path, readings: Path) -> tuple[list[Judged], list[JudgedReading]]:
    """Read claims.csv and readings.csv back."""
    return [Judged(*row) for row in _rows(claims, Judged)], [
        JudgedReading(*row) for row in _rows(readings, JudgedReading)
    ]


def _rows(path: Path, kind: Any) -> list[tuple[str, ...]]:
    table = pd.read_csv(io.BytesIO(read_bytes(path)), dtype=str, keep_default_na=False)
    if tuple(table.columns) != kind._fields:
        raise ReportingError(f"{path}: has columns {', '.join(table.columns)}, not {', '.join(kind._fields)}")
    return list(table.itertuples(index=False, name=None))


def csv(rows: Sequence[tuple[str, ...]], kind: Any) -> bytes:
    """Return a CSV file of rows of one kind."""
    table = pd.DataFrame(rows, columns=list(kind._fields), dtype=object)
    return table.to_csv(index=False, lineterminator="\n").encode()
