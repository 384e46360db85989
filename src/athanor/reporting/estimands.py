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

from athanor.reporting import ReportingError, left_out, statistics
from athanor.reporting.statistics import Estimate

COLUMNS = ("value", "low", "high", "observations", left_out.COLUMN, "unit", "format", "description")
MEASURED = COLUMNS[:5]


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
    Several rows of a unit are averaged. The statistic and the number of units decide the interval (see
    athanor.reporting.statistics; across tasks, see athanor.reporting.crossed).

    A unit without a value, among others that have one, is a run that diverged. It counts as `diverged` where that is
    given. Otherwise the value is that of the other units, and has no interval: no verdict rests on leaving it out.
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
    diverged: float | None = None  # what a unit that diverged counts as
    contrast: Contrast | None = None
    least_of: str = ""  # column of conditions, the least of which is estimated
    largest_of: str = ""  # the same for the largest
    interval: tuple[str, str] | None = None  # columns of its ends
    left_out: str = ""  # column of its intervals with each run left out (athanor.reporting.left_out)
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
        | dict(zip(MEASURED, (*estimate, count, without), strict=True))
        | {"unit": estimand.unit, "format": estimand.format, "description": _described(estimand, keys)}
        for estimand in estimands
        for keys, estimate, count, without in _of(estimand, tables, settings, seed)
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
) -> Iterator[tuple[dict[str, object], Estimate, int, str]]:
    """Yield the keys, the estimate, the number of observations and what is without each run, by combination of keys."""
    if estimand.table not in tables:
        raise ReportingError(f"estimand {estimand.name}: there is no table {estimand.table}")
    rows = chosen(tables[estimand.table], estimand)
    rng = np.random.default_rng([seed, zlib.crc32(estimand.name.encode())])
    if not estimand.per:
        yield {}, *_estimate(estimand, rows, settings, rng), _without(estimand, rows, settings, rng)
        return
    for values, group in rows.groupby(list(estimand.per), sort=False, dropna=False):
        keys = dict(zip(estimand.per, values, strict=True))
        yield keys, *_estimate(estimand, group, settings, rng), _without(estimand, group, settings, rng)


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


def _without(estimand: Estimand, rows: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> str:
    """Return the intervals with each training run left out, where runs are the unit or part of its name.

    They draw from a branch of the random numbers, so that they change no estimate.
    """
    if estimand.left_out:
        (cell,) = rows[estimand.left_out].fillna("").unique()
        return str(cell)
    over = [estimand.over] if isinstance(estimand.over, str) else list(estimand.over)
    named = [name for name in left_out.RUNS if name in over]
    if not named:
        return ""
    (branch,), runs = rng.spawn(1), rows[named[0]].unique()
    if len(runs) < 2:
        return ""
    found = [_estimate(estimand, rows[rows[named[0]] != one], settings, branch)[0] for one in runs]
    return left_out.written((one.low, one.high) for one in found)


def _of_rows(
    estimand: Estimand, rows: pd.DataFrame, rng: np.random.Generator, confidence: float, resamples: int
) -> tuple[Estimate, int]:
    if estimand.across:
        matrix = _matrix(estimand, rows)
        whole = matrix[np.isfinite(matrix).all(1)]
        found = statistics.estimate("crossed_mean", [whole], rng, confidence, resamples)
        return _without_lost(found, [matrix], [whole]), len(whole)
    samples = _samples(estimand, rows)
    finite = [np.isfinite(sample) for sample in samples]
    if statistics.STATISTICS[estimand.statistic].paired:
        finite = [np.logical_and.reduce(finite)] * len(samples)
    kept = [sample[mask] for sample, mask in zip(samples, finite, strict=True)]
    found = statistics.estimate(estimand.statistic, kept, rng, confidence, resamples, estimand.bounds)
    return _without_lost(found, samples, kept), min(map(len, kept))


def _without_lost(found: Estimate, samples: Sequence[np.ndarray], kept: Sequence[np.ndarray]) -> Estimate:
    """Take the interval away where some unit has no value."""
    lost = any(len(some) < len(every) for some, every in zip(kept, samples, strict=True))
    return Estimate(found.value, np.nan, np.nan) if lost else found


def _single(estimand: Estimand, rows: pd.DataFrame, columns: list[str]) -> list[float]:
    values = rows[columns].drop_duplicates()
    if len(values) != 1:
        raise ReportingError(
            f"estimand {estimand.name}: {len(values)} values of {columns[0]} for one combination of keys"
        )
    return [float(value) for value in values.iloc[0]]


def _matrix(estimand: Estimand, rows: pd.DataFrame) -> Float[np.ndarray, "unit task"]:
    """Return the values by unit and task; those of a contrast are differences within both."""

    def side(chosen: pd.DataFrame) -> pd.DataFrame:
        keys = {"index": estimand.over, "columns": estimand.across, "values": estimand.value}
        return _counted(chosen.pivot_table(dropna=False, **keys), estimand)

    if estimand.contrast is None:
        return side(rows).to_numpy(float)
    column, *compared = estimand.contrast
    first, second = (side(rows[rows[column] == one]) for one in compared)
    first, second = first.align(second, join="inner")
    return np.asarray(first - second, float)


def _samples(estimand: Estimand, rows: pd.DataFrame) -> list[Float[np.ndarray, " unit"]]:
    """Return the values by unit; two of them for a contrast or a ratio, in which units are paired."""
    unit = [estimand.over] if isinstance(estimand.over, str) else list(estimand.over)
    columns = [estimand.value] if isinstance(estimand.value, str) else list(estimand.value)

    def side(chosen: pd.DataFrame) -> pd.DataFrame:
        return _counted(chosen.groupby(unit)[columns].mean(), estimand)

    if estimand.contrast is None:
        means = side(rows)
        return [means[column].to_numpy(float) for column in columns]
    column, *compared = estimand.contrast
    sides = [side(rows[rows[column] == one])[columns[0]] for one in compared]
    estimator = statistics.STATISTICS[estimand.statistic]
    if estimator.paired:
        sides = list(sides[0].align(sides[1], join="inner"))
    pair = [one.to_numpy(float) for one in sides]
    return [pair[0] - pair[1]] if estimator.samples == 1 else pair


def _counted(values: pd.DataFrame, estimand: Estimand) -> pd.DataFrame:
    """Let units that diverged count as the estimand says; where no unit has a value nothing was run."""
    known = estimand.diverged is not None and bool(np.isfinite(values.to_numpy(float)).any())
    return values.fillna(estimand.diverged) if known else values
