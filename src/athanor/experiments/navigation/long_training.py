"""Train on to 3000 episodes as released: the curves and the ends of supplementary Figure 3."""

from collections.abc import Mapping
from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.navigation import seed_statistics
from athanor.experiments.navigation.config_inner_steps import InnerSteps
from athanor.experiments.navigation.config_reporting import Statistics
from athanor.experiments.navigation.section import SettingName
from athanor.experiments.navigation.seed_statistics import MEAN, STATISTICS, frame_statistics, interval
from athanor.results import read_table

POINTS = 4  # of a curve in a frame, at most
INTERVAL = ["value", "low", "high"]
BySetting = Mapping[SettingName, Float[np.ndarray, "step seed episode"]]


def run(
    inner_steps: InnerSteps, statistics: Statistics, key: PRNGKeyArray, runs: Path
) -> dict[str, pd.DataFrame]:
    """Return `long_training`, `long_ends` and `long_slopes`.

    The first has a row a setting, N and episode: the mean over runs of the moving average over the frame's length up
    to that episode. The others describe the last frame: its mean and the statistics of stability, and slopes over N.
    """
    table = read_table(runs)
    trained = {setting: _long_runs(table, setting, inner_steps) for setting in inner_steps.settings}
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    weights = seed_statistics.resamples(rng, inner_steps.seeds, statistics.bootstrap_samples)
    ends, slopes = _ends(trained, inner_steps, weights, statistics)
    return {
        "long_training": _curves(trained, inner_steps, weights, statistics),
        "long_ends": ends,
        "long_slopes": slopes,
    }


def _long_runs(
    table: pd.DataFrame, setting: str, study: InnerSteps
) -> Float[np.ndarray, "step seed episode"]:
    """Return the released runs that are trained on."""
    chosen = table[(table["reading"] == "released") & (table["setting"] == setting)]
    rows = chosen.set_index(["inner_steps", "seed", "episode"]).sort_index()
    shape = (len(study.long_steps), study.seeds, study.long_episodes)
    return rows.loc[list(study.long_steps), "squared_distance"].to_numpy().reshape(shape)


def _curves(
    trained: BySetting,
    study: InnerSteps,
    weights: Float[np.ndarray, "resample seed"],
    statistics: Statistics,
) -> pd.DataFrame:
    stride = max(study.frame // POINTS, 1)
    rows = []
    for setting, runs in trained.items():
        for steps, one in zip(study.long_steps, runs, strict=True):
            for last in range(study.frame, study.long_episodes + 1, stride):
                mean = frame_statistics(one[:, last - study.frame : last], weights)[MEAN]
                rows.append((setting, steps, last, *interval(mean, statistics.confidence)))
    return pd.DataFrame(rows, columns=["setting", "inner_steps", "episode", *INTERVAL])


def _ends(
    trained: BySetting,
    study: InnerSteps,
    weights: Float[np.ndarray, "resample seed"],
    statistics: Statistics,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the statistics of the last frame by N, and their slopes over N."""
    ends, slopes = [], []
    for setting, runs in trained.items():
        found = [frame_statistics(one[:, -study.frame :], weights) for one in runs]
        for name in (MEAN, *STATISTICS):
            values = np.stack([one[name] for one in found])
            for steps, replicates in zip(study.long_steps, values, strict=True):
                ends.append((setting, steps, name, *interval(replicates, statistics.confidence)))
            slope = seed_statistics.slope(np.array(study.long_steps, float), values)
            slopes.append((setting, name, *interval(slope, statistics.confidence)))
    return (
        pd.DataFrame(ends, columns=["setting", "inner_steps", "statistic", *INTERVAL]),
        pd.DataFrame(slopes, columns=["setting", "statistic", *INTERVAL]),
    )
