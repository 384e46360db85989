"""Count how often the study's intervals contain the true value, on samples drawn from known distributions."""

import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.intervals.alternatives import ALTERNATIVES
from athanor.experiments.intervals.config import Coverage
from athanor.experiments.intervals.distributions import DISTRIBUTIONS
from athanor.reporting.intervals import Ends
from athanor.reporting.statistics import STATISTICS

BLOCK = 100  # repeats that share their resamples
RULE = "rule"  # the method of a statistic that the study uses
RESAMPLED = {("ratio_of_medians", RULE), ("spread", "resampled_runs")}  # slow: fewer sizes and repeats


class Cell(NamedTuple):
    """A kind of interval and the samples that it is tried on."""

    statistic: str
    method: str
    distribution: str
    units: int


def run(coverage: Coverage, statistics: Statistics, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return `covered`: per cell how many repeats there were, had an interval, and had one with the true value in it."""
    seed = int(rng.integers(2**63))
    rows = [
        {**cell._asdict(), "near_normal": DISTRIBUTIONS[cell.distribution].near_normal}
        | count(cell, coverage, statistics.confidence, seed)
        for cell in cells(coverage)
    ]
    return {"covered": pd.DataFrame(rows)}


def cells(coverage: Coverage) -> Iterator[Cell]:
    """Yield every statistic with its methods, the distributions that have a true value of it, and the sizes."""
    for statistic in STATISTICS:
        for method in (RULE, *ALTERNATIVES.get(statistic, ())):
            resampled = (statistic, method) in RESAMPLED
            sizes = coverage.resampled_units if resampled else coverage.units
            for name, distribution in DISTRIBUTIONS.items():
                if statistic in distribution.true:
                    yield from (Cell(statistic, method, name, units) for units in sizes)


def count(cell: Cell, coverage: Coverage, confidence: float, seed: int) -> dict[str, int]:
    """Count the repeats of a cell; all methods of a statistic meet the same samples."""
    named = f"{cell.statistic} {cell.distribution} {cell.units}".encode()
    samples, resampling = np.random.default_rng([seed, zlib.crc32(named)]).spawn(2)
    distribution = DISTRIBUTIONS[cell.distribution]
    true = distribution.true[cell.statistic]
    resampled = (cell.statistic, cell.method) in RESAMPLED
    repeats = coverage.resampled_repeats if resampled else coverage.repeats
    defined = covered = 0
    for start in range(0, repeats, BLOCK):
        size = min(BLOCK, repeats - start), cell.units
        drawn = distribution.draw(samples, size)
        low, high = interval_of(cell)(*drawn, confidence, coverage.resamples, resampling)
        defined += int(np.isfinite(low).sum())
        covered += int(((low <= true) & (true <= high)).sum())
    return {"repeats": repeats, "defined": defined, "covered": covered}


def interval_of(cell: Cell) -> Callable[..., Ends]:
    """Return what makes the intervals of a cell."""
    if cell.method != RULE:
        return ALTERNATIVES[cell.statistic][cell.method]

    def by_rule(*arguments: object) -> Ends:
        *batches, confidence, resamples, rng = arguments
        return STATISTICS[cell.statistic].intervals(batches, rng, confidence, resamples)  # type: ignore[arg-type]

    return by_rule
