"""Read and check paper/claims.yaml: what each source says, and the range in which it is true."""

import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from athanor.reporting import ReportingError

KEYS = ("id", "source", "statement", "reading", "published", "quantity", "criterion")
CRITERIA = ("equals", "at_least", "at_most", "between")


class Criterion(NamedTuple):
    """The closed range in which the claim is true, and how to say it."""

    low: float
    high: float
    text: str


class Claim(NamedTuple):
    """What a source says, how that is made testable, and the range in which it is true."""

    id: str
    source: str  # key of references.bib
    statement: str
    reading: str
    published: str
    quantity: str
    criterion: Criterion


def read(path: Path) -> tuple[dict[str, str], list[Claim]]:
    """Read the sources (bibliography key to title) and the claims, refusing what is unknown or missing."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError, OSError) as error:  # a date that does not exist is a ValueError
        raise ReportingError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or set(document) != {"sources", "claims"}:
        raise ReportingError(f"{path}: must have the two keys sources and claims")
    if not isinstance(document["sources"], dict) or not isinstance(document["claims"], list):
        raise ReportingError(f"{path}: sources must be a mapping of keys to titles, claims a list")
    sources = {str(key): str(title) for key, title in document["sources"].items()}
    claims = [_claim(entry, f"{path}: {_name(entry, i)}") for i, entry in enumerate(document["claims"], 1)]
    seen: set[str] = set()
    for claim in claims:
        if claim.source not in sources:
            raise ReportingError(f"{path}: {claim.id}: source {claim.source} is not among sources")
        if claim.id in seen:
            raise ReportingError(f"{path}: {claim.id}: this id is given twice")
        seen.add(claim.id)
    return sources, claims


def _name(entry: Any, number: int) -> str:
    """Name an entry by its id, or by its place where it has none."""
    known = isinstance(entry, dict) and "id" in entry
    return str(entry["id"]) if known else f"claim {number}"


def _claim(entry: Any, where: str) -> Claim:
    """Check one entry of the list."""
    if not isinstance(entry, dict):
        raise ReportingError(f"{where}: must be a mapping with the keys {', '.join(KEYS)}")
    for key in entry:
        if key not in KEYS:
            raise ReportingError(f"{where}: unknown key {key}, must be one of {', '.join(KEYS)}")
    for key in KEYS:
        if entry.get(key) in (None, ""):
            raise ReportingError(f"{where}: {key} is missing")
    if not re.fullmatch("[a-z0-9_]+", str(entry["id"])):
        raise ReportingError(f"{where}: id must be made of small letters, digits and underscores")
    texts = {key: _text(entry[key]) for key in KEYS if key != "criterion"}
    return Claim(**texts, criterion=_criterion(entry["criterion"], where))


def _text(value: Any) -> str:
    """Write a value on one line; a number with thousands separators."""
    return f"{value:,}" if _is_number(value) else " ".join(str(value).split())


def _criterion(entry: Any, where: str) -> Criterion:
    """Turn `{equals: 384}`, `{at_least: 0.5}`, `{at_most: 2}` or `{between: [0, 1]}` into a range."""
    kinds = [key for key in entry if key != "tolerance"] if isinstance(entry, dict) else []
    if len(kinds) != 1 or kinds[0] not in CRITERIA:
        raise ReportingError(f"{where}: criterion {entry} is unknown, must be one of {', '.join(CRITERIA)}")
    kind = kinds[0]
    if "tolerance" in entry and kind != "equals":
        raise ReportingError(f"{where}: criterion: tolerance belongs to equals, not to {kind}")
    count = 2 if kind == "between" else 1
    given = entry[kind] if isinstance(entry[kind], list) else [entry[kind]]
    if len(given) != count or not all(map(_is_number, [*given, entry.get("tolerance", 0)])):
        raise ReportingError(
            f"{where}: criterion: {kind} takes {count} number{'s' * (count - 1)}, not {entry[kind]}"
        )
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


def _is_number(value: Any) -> bool:
    """Tell numbers from booleans, which Python counts among them; one that no float holds is none."""
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    )
