"""Headline numbers of training by the number of inner steps: the other readings, long training, the ablation."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.navigation.ablation import CONTRASTS, LAST_MEAN
from athanor.experiments.navigation.config_game import Environment
from athanor.experiments.navigation.config_inner_steps import Ablation, InnerSteps
from athanor.experiments.navigation.config_reporting import Statistics
from athanor.experiments.navigation.seed_statistics import MEAN, STATISTICS
from athanor.experiments.navigation.stability import ALL_FRAMES, frame_names
from athanor.experiments.navigation.summary_readings import of_runs
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate
from athanor.results import read_arrays, read_table

AREA, PER_STEP = "m²", "m² per inner step"
OTHER_READINGS = ("written", "repaired")


def run(
    environment: Environment,
    inner_steps: InnerSteps,
    ablation: Ablation,
    statistics: Statistics,
    key: PRNGKeyArray,
    stability: Path,
    slopes: Path,
    long_ends: Path,
    long_slopes: Path,
    effects: Path,
    training: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `inner_steps_quantities`: a row a quantity."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    arrays = [read_arrays(path) for path in training]
    frames, over_steps = read_table(stability), read_table(slopes)
    quantities = [*_settings(inner_steps, ablation), *_long(read_table(long_ends), inner_steps, MEAN)]
    quantities += _long_slopes(read_table(long_slopes))
    quantities += _effects(read_table(effects), ablation)
    last_cell = environment.rules(inner_steps.settings[0]).last_cell
    for reading in OTHER_READINGS:
        trained = [one for one in arrays if one["reading"] == reading and one["arm"] == "whole"]
        quantities += _slopes(reading, over_steps, inner_steps)
        quantities += _frames(reading, frames, inner_steps)
        quantities += of_runs(reading, trained, last_cell, inner_steps.frame, statistics, rng)
    repaired_alone = [one for one in arrays if one["arm"] == "adam"]
    quantities += of_runs("written_adam", repaired_alone, last_cell, inner_steps.frame, statistics, rng)
    return {"inner_steps_quantities": pd.DataFrame(quantities, columns=COLUMNS)}


def _settings(study: InnerSteps, ablation: Ablation) -> list[Quantity]:
    """Return the settings that the text names."""
    return [
        exactly("long_episodes", study.long_episodes, "d", "episodes", "episodes of long training"),
        exactly("long_fewest_steps", min(study.long_steps), "d", "", "fewest inner steps of long training"),
        exactly("long_most_steps", max(study.long_steps), "d", "", "most inner steps of long training"),
        exactly(
            "inner_steps_trajectories", study.repaired_trajectories, "d", "", "trajectories, repaired reading"
        ),
        exactly("ablation_fewest_steps", ablation.steps[0], "d", "", "fewest inner steps compared"),
        exactly("ablation_most_steps", ablation.steps[-1], "d", "", "most inner steps compared"),
        exactly(
            "ablation_most_trajectories",
            study.repaired_trajectories * (ablation.steps[-1] + 1) // 2,
            "d",
            "",
            "trajectories of a gradient with one inner step, as many in total as with the most steps",
        ),
    ]


def _long(ends: pd.DataFrame, study: InnerSteps, statistic: str) -> list[Quantity]:
    """Return the last frame's means with fewest and most inner steps."""
    table = ends[ends["statistic"] == statistic].set_index(["setting", "inner_steps"])
    names = {"fewest": min(study.long_steps), "most": max(study.long_steps)}
    return [
        estimated(
            f"{setting}_long_last_mean_{name}",
            _estimate(table.loc[(setting, steps)]),
            ".1f",
            AREA,
            f"{setting}: last frame of long training, N = {steps}",
        )
        for setting in study.settings
        for name, steps in names.items()
    ]


def _long_slopes(slopes: pd.DataFrame) -> list[Quantity]:
    """Return the slopes over N of what the last frame of long training shows."""
    return [
        estimated(
            f"{row.setting}_long_slope_{'last_mean' if row.statistic == MEAN else row.statistic}",
            Estimate(row.value, row.low, row.high),
            ".2f",
            PER_STEP,
            f"{row.setting}: slope over N of {row.statistic}, last frame of long training",
        )
        for row in slopes.itertuples()
    ]


def _effects(effects: pd.DataFrame, ablation: Ablation) -> list[Quantity]:
    """Return the effects of going from the fewest inner steps to the most."""
    table = effects[effects["inner_steps"] == ablation.steps[-1]]
    table = table.set_index(["reading", "component", "statistic"])
    return [
        estimated(
            f"ablation_{contrast.reading}_{contrast.component}_{name}",
            _estimate(table.loc[(contrast.reading, contrast.component, name)]),
            ".1f",
            AREA,
            f"{contrast.reading}: effect of {contrast.component} on {name}, N = {ablation.steps[-1]}",
        )
        for contrast in CONTRASTS
        for name in (*STATISTICS, LAST_MEAN)
    ]


def _slopes(reading: str, slopes: pd.DataFrame, study: InnerSteps) -> list[Quantity]:
    """Return the slopes over N: of the statistics, mean over frames, and of the last frame's mean."""
    table = slopes[slopes["reading"] == reading].set_index(["frame", "statistic"])
    wanted = {f"slope_{name}": (ALL_FRAMES, name) for name in STATISTICS}
    wanted["slope_last_mean"] = (frame_names(study)[-1], MEAN)
    return [
        estimated(
            f"{reading}_{name}",
            _estimate(table.loc[place]),
            ".2f",
            PER_STEP,
            f"reading {reading}: slope over N of {place[1]}, frames: {place[0]}",
        )
        for name, place in wanted.items()
    ]


def _frames(reading: str, frames: pd.DataFrame, study: InnerSteps) -> list[Quantity]:
    """Return the mean of the last frame with the fewest and the most inner steps."""
    wanted = (frames["reading"] == reading) & (frames["frame"] == frame_names(study)[-1])
    chosen = frames[wanted & (frames["statistic"] == MEAN)].set_index("inner_steps")
    names = {"fewest": min(study.steps), "most": max(study.steps)}
    return [
        estimated(
            f"{reading}_last_mean_{name}",
            _estimate(chosen.loc[steps]),
            ".1f",
            AREA,
            f"{reading}, last frame, N = {steps}",
        )
        for name, steps in names.items()
    ]


def _estimate(row: pd.Series) -> Estimate:
    return Estimate(float(row["value"]), float(row["low"]), float(row["high"]))
