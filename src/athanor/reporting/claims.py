"""The claims of the sources and their verdicts: paper/claims.yaml against the estimates of the study."""

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from athanor.reporting import ReportingError
from athanor.reporting.claims_file import KEYS, Claim, Criterion, read
from athanor.reporting.claims_page import page
from athanor.reporting.quantities import Quantity, read_estimates
from athanor.results import read_bytes

HOLDS, FAILS, INCONCLUSIVE = "holds", "does not hold", "inconclusive"
NOT_RUN, NO_INTERVAL = "not run", "no interval"  # no value, or a sample that gives no interval: no verdict


class Judged(NamedTuple):
    """A row of claims.csv, every cell as it is written there."""

    id: str
    source: str
    statement: str
    reading: str
    published: str
    quantity: str
    measured: str
    low: str
    high: str
    unit: str
    criterion: str
    verdict: str


def build(claims: Path, estimates: Sequence[Path]) -> dict[str, bytes]:
    """Judge every claim and return the files claims.csv and claims.html."""
    sources, entries = read(claims)
    quantities = read_estimates(estimates)
    rows = [_row(claim, _measured(claim, quantities, claims)) for claim in entries]
    table = pd.DataFrame(rows, columns=list(Judged._fields), dtype=object)
    shown = [quantities[claim.quantity].measured_text() for claim in entries]
    csv = table.to_csv(index=False, lineterminator="\n")
    return {"claims.csv": csv.encode(), "claims.html": page(table, shown, sources).encode()}


def verdict(low: float, high: float, criterion: Criterion) -> str:
    """Compare the interval with the range in which the claim is true.

    It holds if the whole interval lies in the range, does not hold if none of it does, and is inconclusive otherwise.
    What has no interval, because too few were measured or all alike, has no verdict.
    """
    if math.isnan(low) or math.isnan(high):
        return NO_INTERVAL
    if criterion.low <= low and high <= criterion.high:
        return HOLDS
    if high < criterion.low or low > criterion.high:
        return FAILS
    return INCONCLUSIVE


def read_judged(path: Path) -> list[Judged]:
    """Read claims.csv back."""
    table = pd.read_csv(io.BytesIO(read_bytes(path)), dtype=str, keep_default_na=False)
    if tuple(table.columns) != Judged._fields:
        raise ReportingError(f"{path}: has columns {', '.join(table.columns)}, not those of claims.csv")
    return [Judged(*row) for row in table.itertuples(index=False, name=None)]


def _measured(claim: Claim, quantities: Mapping[str, Quantity], path: Path) -> Quantity:
    """Look up the quantity that a claim is judged by."""
    if claim.quantity not in quantities:
        raise ReportingError(f"{path}: {claim.id}: quantity {claim.quantity} is not estimated")
    return quantities[claim.quantity]


def _row(claim: Claim, quantity: Quantity) -> dict[str, Any]:
    """Put a claim, its measurement and its verdict in one row of claims.csv."""
    return {
        **{key: getattr(claim, key) for key in KEYS if key != "criterion"},
        "measured": _whole(quantity.value),
        "low": _whole(quantity.low),
        "high": _whole(quantity.high),
        "unit": quantity.unit,
        "criterion": claim.criterion.text,
        "verdict": _judge(quantity, claim.criterion),
    }


def _judge(quantity: Quantity, criterion: Criterion) -> str:
    """Return the verdict; what was not measured is not run."""
    return NOT_RUN if math.isnan(quantity.value) else verdict(quantity.low, quantity.high, criterion)


def _whole(value: float) -> float | int:
    """Write counts without a decimal point."""
    return int(value) if value.is_integer() else value
