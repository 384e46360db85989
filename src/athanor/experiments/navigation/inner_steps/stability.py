"""How stable training is by the number of inner steps: three statistics by frame, and their slopes over N.

All N share each resample of the seeds, since run k starts from the same weights whatever N.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.inner_steps.conditions import readings_in_settings, trained_on
from athanor.experiments.navigation.inner_steps.config import InnerSteps
from athanor.experiments.navigation.inner_steps.published import (
    INTERVAL,
    KEYS,
    RATIO,
    published_slopes,
    published_statistics,
)
from athanor.experiments.navigation.inner_steps.replicates import (
    ALL,
    Trained,
    read_runs,
    replicates,
    runs_table,
)
from athanor.reporting.run_statistics import (
    MEAN,
    Replicates,
    Weights,
    half_differences,
    interval,
    resamples,
    single_pairs,
    slope,
    without_each,
)
from athanor.reporting.statistics import tails

BySteps = dict[int, Replicates]
Found = dict[tuple[str, str, str, str], BySteps]  # by KEYS


def run(
    inner_steps: InnerSteps,
    statistics: Statistics,
    rng: np.random.Generator,
    runs: tuple[Path, ...],
    figure2: Path,
) -> dict[str, pd.DataFrame]:
    """Return all runs of whole learners, and how stable they are: `stability`, `stability_slopes`, `single_pairs`.

    `stability` has one row per reading, setting, N, frame and statistic, `stability_slopes` one for all N, and of
    what is published. The third
    has the slopes of the published statistic that one pair of released runs for each N gives, which is what the
    published figure has.
    """
    table = runs_table(runs)
    trained = read_runs(table)
    weights = resamples(rng, inner_steps.seeds, statistics.bootstrap_samples)
    found = by_steps(trained, inner_steps, weights)
    given = published_statistics(pd.read_csv(figure2, comment="#"))
    slopes = over_steps(found, statistics, weights)
    theirs = published_slopes(given)
    two_runs = float(theirs.set_index(["frame", "statistic"])["value"][ALL, "two_runs"])
    pairs = [
        {"setting": setting, **pair_slopes(trained, setting, inner_steps, statistics, rng, two_runs)}
        for setting in inner_steps.settings
    ]
    return {
        "inner_steps": table.drop(columns="variant"),
        "stability": by_frame(found, given, statistics, inner_steps.seeds),
        "stability_slopes": pd.concat([slopes, theirs], ignore_index=True),
        "single_pairs": pd.DataFrame(pairs),
    }


def by_steps(trained: Trained, study: InnerSteps, weights: Weights) -> Found:
    """Return the replicates of every statistic, by N."""
    found: Found = {}
    for reading, setting in readings_in_settings(study):
        for steps in study.steps:
            runs, long = trained[reading, setting, "whole", steps], trained_on(study, reading, "whole", steps)
            for key, values in replicates(runs, study, weights, long).items():
                found.setdefault((reading, setting, *key), {})[steps] = values
    return found


def by_frame(found: Found, published: pd.DataFrame, statistics: Statistics, seeds: int) -> pd.DataFrame:
    """Return every statistic with its interval, beside the published one."""
    rows = [
        (*key, steps, *interval(values, statistics.confidence, seeds, positive=key[-1] != MEAN))
        for key, by_steps in found.items()
        for steps, values in by_steps.items()
    ]
    table = pd.DataFrame(rows, columns=[*KEYS, "inner_steps", *INTERVAL])
    return table.merge(published, how="left")


def over_steps(found: Found, statistics: Statistics, weights: Weights) -> pd.DataFrame:
    """Return the slope of every statistic over N, and its ratio of the most to the fewest inner steps, with intervals.

    `slope_without` and `ratio_without` have the intervals with each run left out.
    """
    rows, level, seeds = [], statistics.confidence, weights.shape[1]
    for key, by_steps in found.items():
        steps, values = np.array(list(by_steps), float), list(by_steps.values())
        with np.errstate(divide="ignore", invalid="ignore"):
            of_most = values[-1] / values[0]
        of_all = slope(steps, np.stack(values))
        without = (
            without_each(of_all, weights, level, seeds),
            without_each(of_most, weights, level, seeds, positive=True),
        )
        ratio = interval(of_most, level, seeds, positive=True)
        rows.append((*key, *interval(of_all, level, seeds), *ratio, *without))
    return pd.DataFrame(rows, columns=[*KEYS, *INTERVAL, *RATIO, "slope_without", "ratio_without"])


def pair_slopes(
    trained: Trained,
    setting: str,
    study: InnerSteps,
    statistics: Statistics,
    rng: np.random.Generator,
    published: float,
) -> dict[str, float]:
    """Return the spread of the slope over N from one pair of runs each, and the share of it as steep as published."""
    runs = np.stack(
        [trained["released", setting, "whole", steps][:, : study.episodes] for steps in study.steps]
    )
    finite = np.isfinite(runs).all((0, 2))
    differences = np.stack([half_differences(one) for one in runs[:, finite]])
    drawn = single_pairs(differences, rng, statistics.bootstrap_samples)
    slopes = slope(np.array(study.steps, float), drawn)
    low, high = tails(statistics.confidence)
    value, *ends = np.quantile(slopes, [0.5, low, high])
    share = np.where(np.isnan(slopes), np.nan, slopes <= published).mean()
    return dict(zip([*INTERVAL, "share"], map(float, (value, *ends, share)), strict=True))
