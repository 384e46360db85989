"""How stable training is by the number of inner steps: three statistics a frame, and their slopes over N."""

from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.navigation import seed_statistics
from athanor.experiments.navigation.config_inner_steps import InnerSteps
from athanor.experiments.navigation.config_reporting import Statistics
from athanor.experiments.navigation.section import Reading, SettingName
from athanor.experiments.navigation.seed_statistics import MEAN, STATISTICS, frame_statistics, interval
from athanor.reporting.statistics import tails
from athanor.results import read_table

ALL_FRAMES = "all"  # the mean over the frames
PUBLISHED_SETTING = "figure2"
Place = tuple[Reading, SettingName]
PLACE = ["reading", "setting"]
PUBLISHED_COLUMNS = {
    MEAN: "mean_exact",
    "within_frame": "within_frame_std_of_plotted_run",
    "two_runs": "bar_exact",
}


class Entry(NamedTuple):
    """A statistic of one frame by N, its replicates by resample."""

    place: Place
    frame: str
    statistic: str
    values: Float[np.ndarray, "step resample"]


def run(
    inner_steps: InnerSteps,
    statistics: Statistics,
    key: PRNGKeyArray,
    runs: tuple[Path, ...],
    figure2: Path,
) -> dict[str, pd.DataFrame]:
    """Return all runs, and how stable they are: `stability`, `stability_slopes`, `single_pairs`.

    For each reading in its settings, the first has a row an N, frame and statistic, the second a row a frame and
    statistic. The third has the slopes of the published statistic that one pair of released runs for each N gives,
    which is what the published figure has.
    All N share each resample of the seeds, since run k starts from the same weights whatever N.
    """
    table = pd.concat([read_table(path) for path in runs], ignore_index=True).drop(columns="arm")
    compared = table[table["episode"] <= inner_steps.episodes]
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    weights = seed_statistics.resamples(rng, inner_steps.seeds, statistics.bootstrap_samples)
    entries = [
        entry for place in inner_steps.places for entry in _entries(place, compared, inner_steps, weights)
    ]
    given = published_statistics(pd.read_csv(figure2, comment="#"))
    return {
        "inner_steps": table,
        "stability": _stability(entries, compared, inner_steps, statistics, given),
        "stability_slopes": _slopes(entries, inner_steps, statistics, given),
        "single_pairs": pd.DataFrame(
            _single_pairs(setting, compared, inner_steps, statistics, given, rng)
            for setting in inner_steps.settings
        ),
    }


def published_statistics(figure: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """Return what the published figure shows: by statistic and frame, the values by N."""
    by_step = {
        name: figure.pivot(index="inner_steps", columns="frame", values=column)
        for name, column in PUBLISHED_COLUMNS.items()
    }
    return {
        (name, frame): values.mean(axis=1) if frame == ALL_FRAMES else values[frame]
        for name, values in by_step.items()
        for frame in [*values.columns, ALL_FRAMES]
    }


def frame_names(inner_steps: InnerSteps) -> list[str]:
    """Return the names of the frames, T1 first."""
    return [f"T{number + 1}" for number in range(inner_steps.episodes // inner_steps.frame)]


def _entries(
    place: Place, table: pd.DataFrame, study: InnerSteps, weights: Float[np.ndarray, "resample seed"]
) -> list[Entry]:
    runs = runs_of(place, table, study)
    entries = []
    for number, frame in enumerate(frame_names(study)):
        found = [frame_statistics(one[:, number], weights) for one in runs]
        for name in (MEAN, *STATISTICS):
            entries.append(Entry(place, frame, name, np.stack([values[name] for values in found])))
    return [*entries, *(_over_frames(entries, name) for name in (MEAN, *STATISTICS))]


def runs_of(
    place: Place, table: pd.DataFrame, study: InnerSteps
) -> Float[np.ndarray, "step seed frame episode"]:
    """Return the runs of a reading in a setting as one array."""
    rows = table.set_index([*PLACE, "inner_steps", "seed", "episode"]).sort_index().loc[place]
    shape = (len(study.steps), study.seeds, -1, study.frame)
    return rows.loc[list(study.steps), "squared_distance"].to_numpy().reshape(shape)


def _single_pairs(
    setting: SettingName,
    table: pd.DataFrame,
    study: InnerSteps,
    statistics: Statistics,
    published: dict[tuple[str, str], pd.Series],
    rng: np.random.Generator,
) -> dict[str, str | float]:
    """Return the spread of the slope over N, mean over frames, and the share of it as steep as published."""
    runs = runs_of(("released", setting), table, study)
    finite = np.isfinite(runs).all((0, 2, 3))
    differences = np.stack([seed_statistics.half_differences(one) for one in _joined(runs[:, finite])])
    drawn = seed_statistics.single_pairs(differences, rng, statistics.bootstrap_samples)
    slopes = seed_statistics.slope(np.array(study.steps, float), drawn)
    theirs = published["two_runs", ALL_FRAMES]
    given = float(seed_statistics.slope(theirs.index.to_numpy(float), theirs.to_numpy(float)))
    low, median, high = np.quantile(slopes, [*tails(statistics.confidence), 0.5])[[0, 2, 1]]
    share = float(np.where(np.isnan(slopes), np.nan, slopes <= given).mean())
    return {
        "setting": setting,
        "low": low,
        "median": median,
        "high": high,
        "published": given,
        "share": share,
    }


def _joined(runs: Float[np.ndarray, "step seed frame episode"]) -> Float[np.ndarray, "step seed all"]:
    """Return the runs with all their frames, which are equally long, in one row."""
    return runs.reshape(*runs.shape[:2], -1)


def _over_frames(entries: list[Entry], name: str) -> Entry:
    chosen = [entry for entry in entries if entry.statistic == name]
    return chosen[0]._replace(frame=ALL_FRAMES, values=np.mean([entry.values for entry in chosen], axis=0))


def _stability(
    entries: list[Entry],
    table: pd.DataFrame,
    study: InnerSteps,
    statistics: Statistics,
    published: dict[tuple[str, str], pd.Series],
) -> pd.DataFrame:
    rows = []
    diverged = table[table["squared_distance"].isna()].groupby([*PLACE, "inner_steps"])["seed"].nunique()
    for entry in entries:
        given = _published(entry, published)
        for steps, replicates in zip(study.steps, entry.values, strict=True):
            value, low, high = interval(replicates, statistics.confidence)
            found = (*entry.place, steps, entry.frame, entry.statistic, value, low, high)
            rows.append((*found, given.get(steps, np.nan), diverged.get((*entry.place, steps), 0)))
    columns = [*PLACE, "inner_steps", "frame", "statistic", "value", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "published", "diverged_seeds"])


def _slopes(
    entries: list[Entry],
    study: InnerSteps,
    statistics: Statistics,
    published: dict[tuple[str, str], pd.Series],
) -> pd.DataFrame:
    rows = []
    for entry in entries:
        found = interval(
            seed_statistics.slope(np.array(study.steps, float), entry.values), statistics.confidence
        )
        given = _published(entry, published)
        theirs = (
            seed_statistics.slope(given.index.to_numpy(float), given.to_numpy(float))
            if len(given)
            else np.nan
        )
        rows.append((*entry.place, entry.frame, entry.statistic, *found, float(theirs)))
    columns = [*PLACE, "frame", "statistic", "value", "low", "high", "published"]
    return pd.DataFrame(rows, columns=columns)


def _published(entry: Entry, published: dict[tuple[str, str], pd.Series]) -> pd.Series:
    """Return the published values by N, none where there are none: they are of one reading and setting."""
    nothing = pd.Series(dtype=float)
    if entry.place != ("released", PUBLISHED_SETTING):
        return nothing
    return published.get((entry.statistic, entry.frame), nothing)
