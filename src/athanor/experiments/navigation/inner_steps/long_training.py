"""The curves of long training as released: supplementary Figure 3."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.inner_steps.config import InnerSteps
from athanor.experiments.navigation.inner_steps.replicates import Runs, read_runs, runs_table
from athanor.reporting.run_statistics import MEAN, Weights, frame_statistics, interval, resamples
from athanor.reporting.statistics import Estimate

POINTS = 4  # of a curve in a frame, at most


def run(
    inner_steps: InnerSteps, statistics: Statistics, rng: np.random.Generator, runs: tuple[Path, ...]
) -> dict[str, pd.DataFrame]:
    """Return `long_training`, one row per setting, N and episode.

    The value is the mean over runs of the moving average over the frame's length up to that episode.
    """
    weights = resamples(rng, inner_steps.seeds, statistics.bootstrap_samples)
    rows = [
        (setting, steps, episode, *estimate)
        for (_, setting, _, steps), one in read_runs(runs_table(runs)).items()
        for episode, estimate in _curve(one, inner_steps.frame, weights, statistics.confidence).items()
    ]
    return {
        "long_training": pd.DataFrame(rows, columns=["setting", "inner_steps", "episode", *Estimate._fields])
    }


def _curve(runs: Runs, frame: int, weights: Weights, confidence: float) -> dict[int, Estimate]:
    """Return the moving average by its last episode."""
    lasts = range(frame, runs.shape[1] + 1, max(frame // POINTS, 1))
    means = {last: frame_statistics(runs[:, last - frame : last], weights)[MEAN] for last in lasts}
    return {last: interval(mean, confidence, len(runs)) for last, mean in means.items()}
