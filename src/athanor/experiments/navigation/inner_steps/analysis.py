"""Estimate how stable training is by the number of inner steps, whether it ends alike, and what varies with it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.inner_steps.conditions import data_trajectories
from athanor.experiments.navigation.inner_steps.config import Ablation, InnerSteps
from athanor.experiments.navigation.inner_steps.replicates import ALL, LONG, frame_names
from athanor.reporting.estimands import estimates, of_columns
from athanor.reporting.run_statistics import MEAN, STATISTICS
from athanor.results import read_table

WHICH = ("fewest", "most")
PER_STEP = "m² per inner step"
STEPS = (("steps", "d", "", "inner steps compared"),)
TRAJECTORIES = (
    (
        "ablation_trajectories",
        "d",
        "",
        "trajectories of a gradient with one inner step that are as many as with most",
    ),
)
END_MEAN = (("end_mean_with", ".1f", "m²", "squared distance in the last frame"),)
SLOPE = (("slope", ".2f", PER_STEP, "slope over N"),)
RATIO = (("spread_ratio", ".2f", "", "with the most inner steps over with the fewest"),)
RATIO_ENDS: dict[str, Any] = {
    "value": "ratio",
    "interval": ("ratio_low", "ratio_high"),
    "left_out": "ratio_without",
}
PAIR_SLOPE = (
    ("single_pair_slope", ".2f", PER_STEP, "spread of the slope from one pair of runs with each N"),
)
PAIR_SHARE = (("single_pair_share", ".3f", "", "share of these slopes that are as steep as published"),)
EFFECT = (("effect", ".1f", "m²", "most inner steps less fewest"),)
ENDS: dict[str, Any] = {"value": "value", "interval": ("low", "high")}  # of tables that carry their interval
SPREADS = {"statistic": list(STATISTICS)}  # not the mean
ESTIMANDS = (
    *of_columns("steps", ("compared", "which"), STEPS, value="value"),
    *of_columns("trajectories", (), TRAJECTORIES),
    *of_columns("ends", ("reading", "setting", "training", "which"), END_MEAN, **ENDS),
    *of_columns(
        "slopes", ("reading", "setting", "frame", "statistic"), SLOPE, left_out="slope_without", **ENDS
    ),
    *of_columns("slopes", ("reading", "setting", "frame", "statistic"), RATIO, where=SPREADS, **RATIO_ENDS),
    *of_columns("single_pairs", ("setting",), PAIR_SLOPE, **ENDS),
    *of_columns("single_pairs", ("setting",), PAIR_SHARE, value="share"),
    *of_columns("effects", ("reading", "component", "statistic"), EFFECT, left_out="without", **ENDS),
)


def run(
    inner_steps: InnerSteps,
    ablation: Ablation,
    statistics: Statistics,
    rng: np.random.Generator,
    stability: Path,
    slopes: Path,
    single_pairs: Path,
    effects: Path,
) -> dict[str, pd.DataFrame]:
    """Return `estimates/inner_steps`."""
    all_effects = read_table(effects)
    trajectories = data_trajectories(inner_steps.corrected_trajectories, ablation.steps[-1])
    tables = {
        "steps": steps_compared(inner_steps, ablation),
        "trajectories": pd.DataFrame({"ablation_trajectories": [trajectories]}),
        "ends": ends(named_frames(read_table(stability), inner_steps)),
        "slopes": named_frames(read_table(slopes), inner_steps),
        "single_pairs": read_table(single_pairs),
        "effects": all_effects[all_effects["inner_steps"] == ablation.steps[-1]],
    }
    return {"estimates/inner_steps": estimates("navigation", ESTIMANDS, tables, statistics, rng)}


def steps_compared(study: InnerSteps, ablation: Ablation) -> pd.DataFrame:
    """Return the fewest and the most inner steps compared, by where they are."""
    compared = {"training": study.steps, "long_training": study.long_steps, "ablation": ablation.steps}
    rows = [
        (name, *pair)
        for name, steps in compared.items()
        for pair in zip(WHICH, (steps[0], steps[-1]), strict=True)
    ]
    return pd.DataFrame(rows, columns=["compared", "which", "value"])


def named_frames(table: pd.DataFrame, study: InnerSteps) -> pd.DataFrame:
    """Return the rows of all frames together, of the last one, and of the last one in long training, named so."""
    names = {ALL: "all", frame_names(study)[-1]: "last", LONG: "last_of_long"}
    return table.assign(frame=table["frame"].map(names)).dropna(subset="frame")


def ends(stability: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of the last frame with the fewest and the most inner steps."""
    trainings = {"last": "compared", "last_of_long": "long"}
    table = stability[stability["statistic"] == MEAN].assign(training=stability["frame"].map(trainings))
    table = table.dropna(subset="training")
    by_training = table.groupby(["reading", "setting", "training"])["inner_steps"]
    named = {"fewest": by_training.transform("min"), "most": by_training.transform("max")}
    return pd.concat(
        table[table["inner_steps"] == steps].assign(which=which) for which, steps in named.items()
    )
