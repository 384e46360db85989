"""Criteria of claims: the range in which a statement is true, and the verdict of an interval on it."""

import math
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from athanor.reporting import ReportingError

CRITERIA = ("equals", "at_least", "at_most", "between")


class Criterion(NamedTuple):
    """The closed range in which a statement is true, and how to say it."""

    low: float
    high: float
    text: str


def criterion(entry: Any, where: str) -> Criterion:
    """Turn `{equals: 384}`, `{at_least: 0.5}`, `{at_most: 2}` or `{between: [0, 1]}` into a range."""
    kinds = [key for key in entry if key != "tolerance"] if isinstance(entry, dict) else []
    if len(kinds) != 1 or kinds[0] not in CRITERIA:
        raise ReportingError(f"{where}: criterion {entry} is unknown, must be one of {', '.join(CRITERIA)}")
    kind = kinds[0]
    if "tolerance" in entry and kind != "equals":
        raise ReportingError(f"{where}: criterion: tolerance belongs to equals, not to {kind}")
    count = 2 if kind == "between" else 1
    given = entry[kind] if isinstance(entry[kind], list) else [entry[kind]]
    if len(given) != count or not all(map(is_number, [*given, entry.get("tolerance", 0)])):
        raise ReportingError(
            f"{where}: criterion: {kind} takes {count} number{'s' * (count - 1)}, not {entry[kind]}"
        )
    if entry.get("tolerance", 0) < 0:
        raise ReportingError(f"{where}: criterion: tolerance is {entry['tolerance']}, must be at least 0")
    if count == 2 and given[0] > given[1]:
        raise ReportingError(f"{where}: criterion: between {given} is empty")
    return _range(kind, given, entry.get("tolerance", 0))


def _range(kind: str, given: Sequence[float | int], tolerance: float | int) -> Criterion:
    """Give the range of a criterion with its wording."""
    first, last = given[0], given[-1]
    suffix = f" ± {tolerance:,}" if tolerance else ""
    low, high, text = {
        "equals": (first - tolerance, first + tolerance, f"equals {first:,}{suffix}"),
        "at_least": (first, math.inf, f"at least {first:,}"),
        "at_most": (-math.inf, first, f"at most {first:,}"),
        "between": (first, last, f"between {first:,} and {last:,}"),
    }[kind]
    return Criterion(float(low), float(high), text)


def is_number(value: Any) -> bool:
    """Tell numbers from booleans, which Python counts among them; one that no float holds is none."""
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    )
