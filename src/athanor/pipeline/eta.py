"""Estimate how long a run still takes, from what its jobs took before and take now."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from athanor import results
from athanor.pipeline.status import artefacts


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
        except (results.ResultError, KeyError, TypeError, ValueError):
            continue
    return seconds


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
