"""Read and check paper/claims.yaml: what each source says, its readings, and the range in which each is true."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from athanor.plain_yaml import parsed
from athanor.reporting import ReportingError
from athanor.reporting.criteria import Criterion, criterion, is_number

STATEMENT = ("id", "source", "statement", "published", "readings")
READING = ("reading", "quantity", "criterion")
REMARKS = ("post_hoc", "descriptive")  # why, of a statement or of a reading
NO_TEXT = ("readings", "criterion", "nearest")
OPTIONAL = {STATEMENT: ("short", *REMARKS), READING: ("id", "nearest", *REMARKS)}


class Reading(NamedTuple):
    """How a statement is made testable, and the range in which it is then true."""

    id: str
    reading: str
    quantity: str
    criterion: Criterion | None  # none where nothing is judged
    nearest: bool  # to the words of the source
    post_hoc: str  # why, where it was chosen after its own result was known
    descriptive: str  # why, where it is shown and not judged

    @property
    def counts(self) -> bool:
        """Return whether the verdict on the statement may rest on this reading."""
        return not self.post_hoc and not self.descriptive


class Statement(NamedTuple):
    """What a source says, with its readings; the nearest one comes first where it is shown alone."""

    id: str
    short: str  # in a few words, the statement itself where none are given
    source: str  # key of references.bib
    statement: str
    published: str
    post_hoc: str
    descriptive: str
    readings: tuple[Reading, ...]

    @property
    def nearest(self) -> Reading:
        """Return the reading nearest to the words of the source."""
        return next(reading for reading in self.readings if reading.nearest)


def read(path: Path) -> tuple[dict[str, str], list[Statement]]:
    """Read the sources (bibliography key to title) and the statements, refusing what is unknown or missing."""
    try:
        document = parsed(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ReportingError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or set(document) != {"sources", "statements"}:
        raise ReportingError(f"{path}: must have the two keys sources and statements")
    if not isinstance(document["sources"], dict) or not isinstance(document["statements"], list):
        raise ReportingError(f"{path}: sources must be a mapping of keys to titles, statements a list")
    sources = {str(key): str(title) for key, title in document["sources"].items()}
    statements = [
        _statement(entry, f"{path}: {_name(entry, f'statement {place}')}")
        for place, entry in enumerate(document["statements"], 1)
    ]
    for statement in statements:
        if statement.source not in sources:
            raise ReportingError(f"{path}: {statement.id}: source {statement.source} is not among sources")
    names = Counter(name for statement in statements for name in names_of(statement))
    for name, times in names.items():
        if times > 1:
            raise ReportingError(f"{path}: {name}: this id is given twice")
    return sources, statements


def names_of(statement: Statement) -> list[str]:
    """Return the ids of a statement and of its readings; the nearest reading may bear that of its statement."""
    others = [reading.id for reading in statement.readings if reading.id != statement.id]
    return [statement.id, *others]


def _name(entry: Any, otherwise: str) -> str:
    """Name an entry by its id, or by its place where it has none."""
    known = isinstance(entry, dict) and "id" in entry
    return str(entry["id"]) if known else otherwise


def _statement(entry: Any, where: str) -> Statement:
    """Check one entry of the list."""
    _check_keys(entry, STATEMENT, where)
    if not isinstance(entry["readings"], list):
        raise ReportingError(f"{where}: readings must be a list")
    readings = [
        _reading(one, entry, f"{where}: {_name(one, f'reading {place}')}")
        for place, one in enumerate(entry["readings"], 1)
    ]
    texts = {key: _text(entry.get(key, "")) for key in (*STATEMENT[:-1], *REMARKS)}
    texts["short"] = _text(entry.get("short", entry["statement"]))
    return Statement(**texts, readings=_with_nearest(readings, entry, where))


def _reading(entry: Any, statement: Mapping[str, Any], where: str) -> Reading:
    """Check one reading; a single one needs no id of its own."""
    shown = "descriptive" in statement or (isinstance(entry, dict) and "descriptive" in entry)
    _check_keys(entry, READING, where, without=("criterion",) if shown else ())
    if shown and "criterion" in entry:
        raise ReportingError(f"{where}: a descriptive reading has no criterion")
    if "id" not in entry and len(statement["readings"]) > 1:
        raise ReportingError(f"{where}: id is missing")
    if not isinstance(entry.get("nearest", True), bool):
        raise ReportingError(f"{where}: nearest must be true or false")
    texts = {key: _text(entry.get(key, "")) for key in ("reading", "quantity", *REMARKS)}
    return Reading(
        id=str(entry.get("id", statement["id"])),
        criterion=None if shown else criterion(entry["criterion"], where),
        nearest=entry.get("nearest", False),
        **texts,
    )


def _with_nearest(
    readings: Sequence[Reading], statement: Mapping[str, Any], where: str
) -> tuple[Reading, ...]:
    """Mark the reading that the verdict rests on: the one so marked, or the only one that can be."""
    able = [reading for reading in readings if reading.counts or "descriptive" in statement]
    marked = [reading for reading in readings if reading.nearest]
    if not able:
        raise ReportingError(f"{where}: no reading counts, so that the statement must be descriptive")
    if not marked and (len(able) == 1 or "descriptive" in statement):
        marked = able[:1]
    if len(marked) != 1:
        raise ReportingError(f"{where}: one reading must be nearest, not {len(marked)}")
    if marked[0] not in able:
        raise ReportingError(f"{where}: {marked[0].id}: the nearest reading must count")
    if any(reading.id == statement["id"] and reading != marked[0] for reading in readings):
        raise ReportingError(f"{where}: only the nearest reading may bear the id of its statement")
    return tuple(reading._replace(nearest=reading == marked[0]) for reading in readings)


def _check_keys(entry: Any, needed: tuple[str, ...], where: str, without: Sequence[str] = ()) -> None:
    """Refuse what is no mapping, an unknown key, a missing value, and an id that no link could have."""
    known = (*needed, *OPTIONAL[needed])
    if not isinstance(entry, dict):
        raise ReportingError(f"{where}: must be a mapping with the keys {', '.join(needed)}")
    for key in entry:
        if key not in known:
            raise ReportingError(f"{where}: unknown key {key}, must be one of {', '.join(known)}")
    for key in {*needed, *entry} - set(without):
        if entry.get(key) in (None, "", []):
            raise ReportingError(f"{where}: {key} is missing")
    for key, value in entry.items():
        if key not in NO_TEXT and not isinstance(value, str) and not is_number(value):
            raise ReportingError(f"{where}: {key} is {value}, must be a text or a number")
    if not re.fullmatch("[a-z0-9_]+", str(entry.get("id", "one"))):
        raise ReportingError(f"{where}: id must be made of small letters, digits and underscores")


def _text(value: Any) -> str:
    """Write a value on one line; a number with thousands separators."""
    return f"{value:,}" if is_number(value) else " ".join(str(value).split())
