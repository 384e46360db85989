"""Examples for the tests of claims: a statement with one reading, one with two, and the files they are judged from."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import yaml

from athanor import results
from athanor.reporting import left_out
from athanor.reporting.quantities import COLUMNS

READING = {"reading": "Twice as fast.", "quantity": "part.ratio", "criterion": {"at_least": 2}}
STATEMENT = {
    "id": "one",
    "source": "wei2024simple",
    "statement": "Planning is <much> faster.",
    "published": "not given",
    "readings": [READING],
}
TWO = [READING | {"id": "near", "nearest": True}, READING | {"id": "far"}]


def write_claims(folder: Path, *entries: object) -> Path:
    path = folder / "claims.yaml"
    path.write_text(yaml.safe_dump({"sources": {"wei2024simple": "Wei (2024)"}, "statements": list(entries)}))
    return path


def readings(*entries: object) -> dict:
    return STATEMENT | {"readings": list(entries)}


def write_summary(
    folder: Path, without: Mapping[str, str] | None = None, **ends: tuple[float, float, float]
) -> Path:
    """Write estimates: by name the value and the ends of the interval, and intervals with each run left out."""
    path = folder / "summary.csv"
    found = ends or {"ratio": (3.5, 3.0, 4.0)}
    rows = [(f"part.{name}", *numbers, "times", ".1f", "") for name, numbers in found.items()]
    cells = [(without or {}).get(name, "") for name in found]
    results.write_table(path, pd.DataFrame(rows, columns=COLUMNS).assign(**{left_out.COLUMN: cells}))
    return path
