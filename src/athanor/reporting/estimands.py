"""Estimands: what is estimated from a tidy table, declared; and the one function that makes a table of estimates.

A tidy table has one row per unit of observation (a run, an episode, a pair of timings) and columns for its conditions. An
estimand names the table and the column, the keys that it is estimated for, the unit that is resampled, and how a
reader should be told. An estimate is addressed as part.estimand.key.key: by the values of its keys in their order.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.reporting import ReportingError, statistics
from athanor.reporting.statistics import Estimate

COLUMNS = ("value", "low", "high", "observations", "unit", "format", "description")


class Contrast(NamedTuple):
    """Two values of a column that are compared: the first with the second, paired by the unit of resampling."""

    column: str
    first: object
    second: object


@runtime_checkable
class Settings(Protocol):
    """How intervals are made: section `statistics` of the configuration."""

    @property
    def confidence(self) -> float:
        """Return the level of every interval."""

    @property
    def bootstrap_samples(self) -> int:
        """Return the number of resamples."""


@dataclass(frozen=True, kw_only=True)
class Estimand:
    """A number of interest for each combination of its keys.

    Without a unit of resampling the value is exact, one row each; with `interval` the table has the interval already.
    Several rows of a unit are averaged; units without a value (a run that diverged) are left out and not counted. The
    statistic and the number of units decide the interval (see athanor.reporting.statistics; across tasks, see
    athanor.reporting.crossed).
    """

    name: str
    table: str
    value: str | tuple[str, str] = "value"  # a column, or the two that a ratio is of
    per: tuple[str, ...] = ()  # keys: columns of the table
    where: Mapping[str, object] = field(default_factory=dict)  # the rows that count, by columns
    over: str | tuple[str, ...] = ()  # the unit that is resampled: columns that name it
    across: str = ""  # tasks that are a sample too: a column that names them, each met by every unit
    statistic: str = "mean"  # of statistics.STATISTICS
    bounds: tuple[float, float] | None = None  # least and largest value of a unit, for a mean
    contrast: Contrast | None = None
    least_of: str = ""  # column of conditions, the least of which is estimated
    largest_of: str = ""  # the same for the largest
    interval: tuple[str, str] | None = None  # columns of its ends
    format: str
    unit: str = ""
    description: str  # with the keys in braces

    def __post_init__(self) -> None:
        taken = {"quantity", "estimand", *COLUMNS} & set(self.per)
        if taken:
            raise ReportingError(
                f"estimand {self.name}: {min(taken)} is a column of every table of estimates"
            )


def of_columns(
    table: str,
    per: tuple[str, ...],
    rows: Sequence[tuple[str, str, str, str]],
    *,
    value: str | None = None,
    **shared: Any,
) -> Iterator[Estimand]:
    """Declare estimands of a table with the same keys: rows (name, format, unit, description without the keys).

    The column is called as the estimand, if `value` is not another; `shared` are further fields of all of them.
    """
    keys = ", ".join(f"{{{name}}}" for name in per)
    for name, spec, unit, text in rows:
        described = f"{keys}: {text}" if per else text
        own: dict[str, Any] = {"value": value or name, "format": spec, "unit": unit, "description": described}
        yield Estimand(name=name, table=table, per=per, **own, **shared)


def estimates(
    part: str,
    estimands: Sequence[Estimand],
    tables: Mapping[str, pd.DataFrame],
    settings: Settings,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the table of estimates: one row per estimand and combination of its keys.

    Each estimand draws its own random numbers, so that adding one changes no other.
    """
    seed = int(rng.integers(2**63))
    rows = [
        {"quantity": _address(part, estimand.name, keys), "estimand": estimand.name, **keys}
        | dict(zip(COLUMNS[:4], (*estimate, count), strict=True))
        | {"unit": estimand.unit, "format": estimand.format, "description": _described(estimand, keys)}
        for estimand in estimands
        for keys, estimate, count in _of(estimand, tables, settings, seed)
    ]
    keys = dict.fromkeys(name for estimand in estimands for name in estimand.per)
    return pd.DataFrame(rows, columns=["quantity", "estimand", *keys, *COLUMNS])


def _address(part: str, name: str, keys: Mapping[str, object]) -> str:
    return ".".join([part, name, *map(key_text, keys.values())])


def key_text(value: object) -> str:
    """Return a key as an address has it: 0.5, 3 or maml."""
    number = isinstance(value, float) or isinstance(value, np.floating)
    return f"{value:g}" if number else str(value)


def _described(estimand: Estimand, keys: Mapping[str, object]) -> str:
    return estimand.description.format(**{name: key_text(value) for name, value in keys.items()})


def _of(
    estimand: Estimand, tables: Mapping[str, pd.DataFrame], settings: Settings, seed: int
) -> Iterator[tuple[dict[str, object], Estimate, int]]:
    """Yield the keys, the estimate and the number of observations of each combination of keys."""
    if estimand.table not in tables:
        raise ReportingError(f"estimand {estimand.name}: there is no table {estimand.table}")
    rows = chosen(tables[estimand.table], estimand)
    rng = np.random.default_rng([seed, zlib.crc32(estimand.name.encode())])
    if not estimand.per:
        yield {}, *_estimate(estimand, rows, settings, rng)
        return
    for values, group in rows.groupby(list(estimand.per), sort=False, dropna=False):
        yield dict(zip(estimand.per, values, strict=True)), *_estimate(estimand, group, settings, rng)


def chosen(table: pd.DataFrame, estimand: Estimand) -> pd.DataFrame:
    """Return the rows that count; a list of values takes the rows with any of them."""
    wanted = {estimand.contrast.column: list(estimand.contrast[1:])} if estimand.contrast else {}
    for column, value in {**estimand.where, **wanted}.items():
        listed = value if isinstance(value, list | tuple) else [value]
        table = table[table[column].isin(listed)]
    if table.empty:
        raise ReportingError(
            f"estimand {estimand.name}: no row of {estimand.table} is {dict(estimand.where)}"
        )
    return table.reset_index(drop=True)


def _estimate(
    estimand: Estimand, rows: pd.DataFrame, settings: Settings, rng: np.random.Generator
) -> tuple[Estimate, int]:
    if estimand.interval is not None:
        columns = [str(estimand.value), *estimand.interval]
        return Estimate(*_single(estimand, rows, columns)), 1
    if not estimand.over:
        (value,) = _single(estimand, rows, [str(estimand.value)])
        return Estimate(value, value, value), 1
    conditions = estimand.least_of or estimand.largest_of
    if not conditions:
        return _of_rows(estimand, rows, rng, settings.confidence, settings.bootstrap_samples)
    groups = [group for _, group in rows.groupby(conditions, sort=False)]
    plain, strict = (
        [_of_rows(estimand, group, rng, confidence, settings.bootstrap_samples) for group in groups]
        for confidence in (settings.confidence, statistics.bonferroni(settings.confidence, len(groups)))
    )
    found = statistics.extreme(
        bool(estimand.largest_of), [one for one, _ in plain], [one for one, _ in strict]
    )
    return found, min(count for _, count in plain)


def _of_rows(
    estimand: Estimand, rows: pd.DataFrame, rng: np.random.Generator, confidence: float, resamples: int
) -> tuple[Estimate, int]:
    if estimand.across:
        matrix = _matrix(estimand, rows)
        whole = matrix[np.isfinite(matrix).all(1)]
        return statistics.estimate("crossed_mean", [whole], rng, confidence, resamples), len(whole)
    samples = _samples(estimand, rows)
    finite = [np.isfinite(sample) for sample in samples]
    if statistics.STATISTICS[estimand.statistic].paired:
        finite = [np.logical_and.reduce(finite)] * len(samples)
    kept = [sample[mask] for sample, mask in zip(samples, finite, strict=True)]
    found = statistics.estimate(estimand.statistic, kept, rng, confidence, resamples, estimand.bounds)
    return found, min(map(len, kept))


def _single(estimand: Estimand, rows: pd.DataFrame, columns: list[str]) -> list[float]:
    values = rows[columns].drop_duplicates()
    if len(values) != 1:
        raise ReportingError(
            f"estimand {estimand.name}: {len(values)} values of {columns[0]} for one combination of keys"
        )
    return [float(value) for value in values.iloc[0]]


def _matrix(estimand: Estimand, rows: pd.DataFrame) -> Float[np.ndarray, "unit task"]:
    """Return the values by unit and task; those of a contrast are differences within both."""
    keys = {"index": estimand.over, "values": estimand.value, "dropna": False}
    if estimand.contrast is None:
        return rows.pivot_table(columns=estimand.across, **keys).to_numpy(float)
    column, first, second = estimand.contrast
    wide = rows.pivot_table(columns=[column, estimand.across], **keys)
    return np.asarray(wide[first] - wide[second], float)


def _samples(estimand: Estimand, rows: pd.DataFrame) -> list[Float[np.ndarray, " unit"]]:
    """Return the values by unit; two of them for a contrast or a ratio, in which units are paired."""
    unit = [estimand.over] if isinstance(estimand.over, str) else list(estimand.over)
    columns = [estimand.value] if isinstance(estimand.value, str) else list(estimand.value)
    if estimand.contrast is None:
        means = rows.groupby(unit)[columns].mean()
        return [means[column].to_numpy(float) for column in columns]
    column, *sides = estimand.contrast
    wide = rows.pivot_table(index=unit, columns=column, values=columns[0], dropna=False)
    pair = [wide[side].to_numpy(float) for side in sides]
    return [pair[0] - pair[1]] if statistics.STATISTICS[estimand.statistic].samples == 1 else pair
