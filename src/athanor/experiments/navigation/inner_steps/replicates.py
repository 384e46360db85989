"""The statistics of stability of a trained condition, each as a function of how often each run is drawn."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.navigation.inner_steps.config import InnerSteps
from athanor.reporting.run_statistics import MEAN, STATISTICS, Replicates, Weights, frame_statistics
from athanor.results import read_table

CONDITION = ["reading", "setting", "variant", "inner_steps"]
ALL, LONG = "all", "long"  # besides the frames: the mean over them, and the last frame of long training

Runs = Float[np.ndarray, "seed episode"]  # m^2, mean over the targets
Trained = Mapping[tuple[str, str, str, int], Runs]  # by condition


def runs_table(paths: Sequence[Path]) -> pd.DataFrame:
    """Return the runs of all conditions, one row per condition, seed and episode."""
    return pd.concat([read_table(path) for path in paths], ignore_index=True)


def read_runs(table: pd.DataFrame) -> Trained:
    """Return the runs of each condition as an array."""
    return {
        (str(reading), str(setting), str(variant), int(steps)): rows.pivot(
            index="seed", columns="episode", values="squared_distance"
        ).to_numpy(float)
        for (reading, setting, variant, steps), rows in table.groupby(CONDITION, sort=False)
    }


def frame_names(study: InnerSteps) -> list[str]:
    """Return the names of the frames, T1 first."""
    return [f"T{number + 1}" for number in range(study.episodes // study.frame)]


def replicates(
    runs: Runs, study: InnerSteps, weights: Weights, long: bool = False
) -> Mapping[tuple[str, str], Replicates]:
    """Return the mean and the statistics of stability by frame and statistic."""
    names = frame_names(study)
    frames = {name: runs[:, number * study.frame :][:, : study.frame] for number, name in enumerate(names)}
    if long:
        frames[LONG] = runs[:, -study.frame :]
    by_frame = {name: frame_statistics(frame, weights) for name, frame in frames.items()}
    by_frame[ALL] = {
        statistic: np.mean([by_frame[name][statistic] for name in names], axis=0)
        for statistic in (MEAN, *STATISTICS)
    }
    return {(name, statistic): found[statistic] for name, found in by_frame.items() for statistic in found}
