"""The paper's tables of results: paper/tables.yaml says what stands where, the estimates what it is.

An entry has `rows`, one mapping a row, or the values of each key of which a row is every combination; and `columns`,
each with a heading and the address of a quantity in which the row's keys stand in braces. A first column shows each
key by the words of `labels`.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby, product
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from athanor.plain_yaml import parsed
from athanor.reporting import ReportingError, tex
from athanor.reporting.quantities import Quantity

Key = str | int | float


class Column(BaseModel):
    """A column of numbers, or of verdicts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heading: str = ""  # TeX
    group: str = ""  # TeX, over neighbouring columns of the same group
    quantity: str = ""  # address, with keys of the row in braces
    claim: str = ""  # instead, the claim whose verdict is shown, likewise
    show: Literal["value", "interval", "measured"] = "value"
    optional: bool = False  # whether a row may lack it


class Layout(BaseModel):
    """A table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: dict[str, list[Key]] | list[dict[str, Key]]
    stubs: list[str] = Field(description="keys shown at the head of a row, with their headings", default=[])
    headings: list[str] = []  # TeX, of the stubs
    columns: list[Column]

    def listed(self) -> list[dict[str, Key]]:
        """Return the keys of every row."""
        if isinstance(self.rows, list):
            return self.rows
        return [dict(zip(self.rows, values, strict=True)) for values in product(*self.rows.values())]


class Tables(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labels: dict[str, dict[Key, str]]  # TeX, by key and value
    tables: dict[str, Layout]


def read(path: Path) -> Tables:
    """Read the layouts, or say in one line what is wrong in them."""
    try:
        return Tables.model_validate(parsed(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ReportingError(f"{path}: {place}: {first['msg']}") from None
    except ValueError as error:
        raise ReportingError(f"{path}: {error}") from None


def tabulars(path: Path, quantities: Mapping[str, Quantity]) -> dict[str, str]:
    """Return every table as a tabular in TeX, by name."""
    found = read(path)
    return {
        name: _tabular(layout, found.labels, quantities, f"{path}: {name}")
        for name, layout in found.tables.items()
    }


def _tabular(
    layout: Layout, labels: Mapping[str, Mapping[Key, str]], quantities: Mapping[str, Quantity], where: str
) -> str:
    rows, above = [], dict[str, Key]()
    for keys in layout.listed():
        shown = _stubs(layout, keys, above, labels)
        cells = [_cell(column, keys, quantities, where) for column in layout.columns]
        rows.append(" & ".join([*shown, *cells]) + r" \\")
        above = keys
    left = [column.claim != "" or column.show == "interval" for column in layout.columns]
    aligned = "l" * len(layout.stubs) + "".join("l" if one else "r" for one in left)
    body = "\n".join([*_heads(layout), r"\midrule", *rows])
    return rf"\begin{{tabular}}{{{aligned}}}\toprule" + f"\n{body}\n" + r"\bottomrule\end{tabular}"


def _stubs(
    layout: Layout, keys: Mapping[str, Key], above: Mapping[str, Key], labels: Mapping[str, Mapping[Key, str]]
) -> list[str]:
    """Return the words at the head of a row; what is as in the row above stays blank, but for the last."""
    shown, same = [], True
    for stub in layout.stubs:
        same = same and above.get(stub) == keys[stub] and stub != layout.stubs[-1]
        label = labels.get(stub, {}).get(keys[stub], tex.number(str(keys[stub])))
        shown.append("" if same else label)
    return shown


def _heads(layout: Layout) -> list[str]:
    """Return the heading, below the names of groups of columns if there are any."""
    blank = [""] * len(layout.stubs)
    headings = layout.headings or blank
    titles = [*headings, *(column.heading for column in layout.columns)]
    lines = [" & ".join(titles) + r" \\"] if any(titles) else []
    if not any(column.group for column in layout.columns):
        return lines
    cells, rules, first = blank, [], len(blank) + 1
    for group, members in groupby(layout.columns, key=lambda column: column.group):
        count = len(list(members))
        cells = [*cells, rf"\multicolumn{{{count}}}{{c}}{{{group}}}"]
        rules += [rf"\cmidrule(lr){{{first}-{first + count - 1}}}"] if group else []
        first += count
    return [" & ".join(cells) + r" \\", "".join(rules), *lines]


def _cell(column: Column, keys: Mapping[str, Any], quantities: Mapping[str, Quantity], where: str) -> str:
    if column.claim:
        return rf"\verdict{{{column.claim.format(**keys)}}}"
    address = column.quantity.format(**keys)
    if address not in quantities:
        if column.optional:
            return ""
        raise ReportingError(f"{where}: quantity {address} is not estimated")
    quantity = quantities[address]
    return "" if column.show == "interval" and quantity.exact else shown(quantity, column.show)


def shown(quantity: Quantity, what: str) -> str:
    """Write the value of a quantity, its interval, or both with the unit."""
    return {"value": value_text, "interval": interval_text, "measured": measured_text}[what](quantity)


def value_text(quantity: Quantity) -> str:
    """Write a value."""
    return tex.number(quantity.text(quantity.value))


def interval_text(quantity: Quantity) -> str:
    """Write an interval in one piece."""
    return rf"\mbox{{{_ends(quantity)}}}"


def measured_text(quantity: Quantity) -> str:
    """Write a value with its interval, if it has one, and its unit; a line may end between them."""
    interval: Sequence[str] = [] if quantity.exact else [_ends(quantity)]
    unit = [tex.escape(quantity.unit)] if quantity.unit and not math.isnan(quantity.value) else []
    return " ".join([value_text(quantity), *interval, *unit])


def _ends(quantity: Quantity) -> str:
    if quantity.without_interval:
        return quantity.interval_text()
    low, high = (tex.number(quantity.text(end)) for end in (quantity.low, quantity.high))
    return f"[{low}, {high}]"
