"""Intervals with each training run left out in turn: whether a verdict hinges on one run."""

from collections.abc import Iterable, Sequence

Interval = tuple[float, float]
RUNS = ("seed", "run")  # the columns that name training runs, in any table
COLUMN = "one_run_left_out"  # of estimates: the intervals, as `written`
SAME = "same"  # no run decides


def written(intervals: Iterable[Interval]) -> str:
    """Write intervals in one cell of a table: low and high, the next after a semicolon."""
    return "; ".join(f"{low:.6g} {high:.6g}" for low, high in intervals)


def read(cell: str) -> tuple[Interval, ...]:
    """Read the intervals of a cell."""
    pairs = (pair.split() for pair in cell.split(";") if pair.strip())
    return tuple((float(low), float(high)) for low, high in pairs)


def changes(verdict: str, others: Sequence[str]) -> str:
    """Say which verdicts take the place of this one, and with how many of the runs left out: fails (1 of 10).

    It is empty where no run can be left out: the verdict does not rest on training runs.
    """
    if not others:
        return ""
    different = [other for other in others if other != verdict]
    counted = {other: different.count(other) for other in sorted(set(different))}
    return ", ".join(f"{other} ({count} of {len(others)})" for other, count in counted.items()) or SAME
