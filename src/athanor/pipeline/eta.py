"""Estimate how long a run still takes, from what its jobs took before and take now."""

import csv
import heapq
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from athanor import results
from athanor.pipeline.status import artefacts

MEASURED = Path("reference/seconds.csv")  # as `athanor costs --csv` writes it


@dataclass(frozen=True)
class Job:
    """Hold what a job is expected to take and has taken so far, in seconds."""

    expected: float
    taken: float = 0.0


def history(folder: Path) -> dict[str, float]:
    """Return the seconds that each artefact took when it was last made, by path; unreadable ones are left out."""
    seconds: dict[str, float] = {}
    for path in artefacts(folder):
        try:
            seconds[results.relative(path)] = float(results.read_manifest(path)["seconds"])
        except (results.ResultError, KeyError, TypeError, ValueError, OverflowError):
            continue
    return seconds


def measured(path: Path) -> dict[str, float]:
    """Return the CPU-seconds that a job of each rule took where the file was measured; empty without the file."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["rule"]: float(row["cpu_seconds"]) for row in csv.DictReader(stream)}


@dataclass(frozen=True)
class Expectations:
    """Hold what is known of the seconds that jobs take."""

    history: Mapping[str, float]  # of each artefact when it was last made, by path
    rules: Mapping[str, float]  # of a job of each rule, on another machine

    @classmethod
    def read(cls, folder: Path, rules: Path = MEASURED) -> "Expectations":
        """Return what the manifests of a results folder and the tracked measurements say."""
        return cls(history(folder), measured(rules))

    def seconds(self, rule: str, outputs: Iterable[object] | None) -> float:
        """Return what a job took last time; where it never ran, what its rule took; of a new rule, what is usual."""
        known = [self.history[str(path)] for path in outputs or () if str(path) in self.history]
        return max(known, default=self.rules.get(rule, self._usual()))

    def _usual(self) -> float:
        return statistics.median([*(self.rules or self.history).values()] or [1.0])


def remaining(done: Sequence[Job], running: Sequence[Job], waiting: Sequence[Job], cores: int) -> float:
    """Return the seconds left: each waiting job, longest first, takes the core that is free next.

    Expectations are scaled by how jobs done so far compare with theirs (a slower machine, a busier one).
    """
    scale = pace(done)
    free = [max(job.expected * scale - job.taken, 0.0) for job in running]
    free = sorted([*free, *[0.0] * max(cores - len(free), 0)])
    for job in sorted(waiting, key=lambda job: job.expected, reverse=True):
        heapq.heapreplace(free, free[0] + job.expected * scale)
    return max(free, default=0.0)


def pace(done: Sequence[Job]) -> float:
    """Return seconds taken per second expected, 1 where nothing is known."""
    expected = sum(job.expected for job in done)
    return sum(job.taken for job in done) / expected if expected > 0 else 1.0


def line(done: int, total: int, seconds: float, job: str = "") -> str:
    """Return the progress line, such as "12 of 34 jobs done, 2 min 10 s left (simple_alchemy.exact)"."""
    return f"{done} of {total} jobs done, {duration(seconds)} left" + (f" ({job})" if job else "")


def duration(seconds: float) -> str:
    """Return seconds as a reader says them: 45 s, 2 min 10 s, 1 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
