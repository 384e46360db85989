"""The estimates of the study as quantities: numbers with an address, an interval, a unit and a format."""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from athanor.reporting import ReportingError, left_out
from athanor.results import read_table

COLUMNS = ["quantity", "value", "low", "high", "unit", "format", "description"]  # among those of estimates
NUMBERS = ["value", "low", "high"]
TEXTS = ["unit", "description", left_out.COLUMN]  # may be empty, which a CSV reader takes for missing


class Quantity(NamedTuple):
    """An estimate; low = high = value where it is exact."""

    name: str  # part.estimand.key.key
    value: float
    low: float
    high: float
    unit: str
    format: str  # Python format specification
    description: str
    one_run_left_out: str = ""  # intervals, as athanor.reporting.left_out writes them

    @property
    def exact(self) -> bool:
        """Return whether the number has no interval, or is none."""
        return self.low == self.high or math.isnan(self.value)

    @property
    def without_interval(self) -> bool:
        """Return whether the number is an estimate whose sample gives no interval."""
        return math.isnan(self.low) or math.isnan(self.high)

    def text(self, value: float) -> str:
        """Write a value of this quantity as a reader expects it: 20,250 or −1.5."""
        return number_text(value, self.format)

    def interval_text(self) -> str:
        """Write the interval, [0.25, 0.31], or that there is none; nothing of what was not run."""
        if math.isnan(self.value):
            return ""
        if self.without_interval:
            return "(no interval)"
        return f"[{self.text(self.low)}, {self.text(self.high)}]"

    def measured_text(self) -> str:
        """Write the value with its interval, if it has one, and its unit."""
        interval = "" if self.exact else f" {self.interval_text()}"
        unit = f" {self.unit}" if self.unit and not math.isnan(self.value) else ""
        return f"{self.text(self.value)}{interval}{unit}"


def number_text(value: float, spec: str) -> str:
    """Format a number with thousands separators and a true minus sign."""
    if math.isnan(value):
        return "not run"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    grouped = spec if "," in spec or spec[-1:] in "eE" else _with_grouping(spec)
    number: float | int = round(value) if spec.endswith("d") else value
    text = format(number, grouped).replace("-", "−")
    # −0.0 rounds to the same number as 0.0.
    return text[1:] if text.startswith("−") and not any(digit in text for digit in "123456789") else text


def _with_grouping(spec: str) -> str:
    """Insert Python's thousands option, which stands before the precision and the type."""
    cut = spec.find(".") if "." in spec else len(spec.rstrip("dfgG%n"))
    return f"{spec[:cut]},{spec[cut:]}"


def read_estimates(paths: Sequence[Path]) -> dict[str, Quantity]:
    """Read every quantity of tables of estimates, in their order, by address."""
    quantities: dict[str, Quantity] = {}
    for path in paths:
        table = read_table(path)
        if not set(COLUMNS) <= set(table.columns):
            raise ReportingError(
                f"{path}: has columns {', '.join(table.columns)}, must have {', '.join(COLUMNS)}"
            )
        table = (
            table.reindex(columns=[*COLUMNS, left_out.COLUMN])
            .astype(dict.fromkeys(TEXTS, object) | dict.fromkeys(NUMBERS, float))
            .fillna(dict.fromkeys(TEXTS, ""))
        )
        for row in table.itertuples(index=False, name=None):
            quantity = _checked(Quantity(*row), path)
            if quantity.name in quantities:
                raise ReportingError(f"{path}: quantity {quantity.name} is given twice")
            quantities[quantity.name] = quantity
    return quantities


def _checked(quantity: Quantity, path: Path) -> Quantity:
    """Refuse a format that formats no number and an interval whose ends are the wrong way round."""
    if not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+(\.[A-Za-z0-9_+-]+)*", quantity.name):
        raise ReportingError(f"{path}: quantity {quantity.name!r} must be addressed as part.estimand.key.key")
    try:
        quantity.text(1.0)
    except ValueError as error:
        raise ReportingError(f"{path}: {quantity.name}: format {quantity.format!r}: {error}") from error
    if quantity.low > quantity.high:
        raise ReportingError(f"{path}: {quantity.name}: low {quantity.low} exceeds high {quantity.high}")
    return quantity
