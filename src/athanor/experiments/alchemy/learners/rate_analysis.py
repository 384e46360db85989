"""Estimate how much scores still change late in training, with a rate that falls to 0 and with one that stays."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Contrast, Estimand, estimates, of_columns
from athanor.results import read_table

QUARTER = 0.25  # of training
CONDITION = ("learner", "rate")
# Of runs; means over the chemistries where each run has its own. Name, format, unit, description.
RUNS = (
    ("late_change", ".1f", "", "score, mean of the last quarter of training less that of the third"),
    ("late_change_share", ".3f", "", "the same as a share of the gain up to the last quarter"),
    ("late_score", ".1f", "", "score, mean of the last quarter of training"),
)
ESTIMANDS = (
    *of_columns("runs", CONDITION, RUNS, over="seed"),
    Estimand(
        name="late_change_difference",
        table="runs",
        value="late_change",
        per=("learner",),
        over="seed",
        statistic="difference_of_means",
        contrast=Contrast("rate", "constant", "falling"),
        format=".1f",
        description="{learner}: late change of the score at a constant rate less that at a falling one",
    ),
)


def run(
    statistics: Statistics,
    rng: np.random.Generator,
    constant: tuple[Path, ...],
    single: tuple[Path, ...],
    meta: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `late_changes`, one row per run (and chemistry, where each is learnt alone), and `estimates/constant_rate`."""
    tables = [
        read_table(path).assign(rate=rate)
        for rate, paths in (("falling", (*single, *meta)), ("constant", constant))
        for path in paths
    ]
    curves = pd.concat(tables, ignore_index=True)
    runs = late_changes(curves.assign(place=curves["place"].fillna(0).astype(int)))
    return {
        "late_changes": runs,
        "estimates/constant_rate": estimates("alchemy", ESTIMANDS, {"runs": runs}, statistics, rng),
    }


def late_changes(curves: pd.DataFrame) -> pd.DataFrame:
    """Return what the last quarter of each curve adds to the quarter before it; at least one point is a quarter."""
    keys = [*CONDITION, "place", "seed"]
    points = curves.assign(point=curves.groupby(keys).cumcount())
    rows = []
    for names, own in points.groupby(keys, sort=False):
        scores = own.sort_values("point")["score"].to_numpy(float)
        quarter = max(round(QUARTER * len(scores)), 1)
        last, third = scores[-quarter:].mean(), scores[-2 * quarter : -quarter].mean()
        found = (last - third, (last - third) / (last - scores[0]), last)
        rows.append((*names, *found))
    return pd.DataFrame(rows, columns=[*keys, *(name for name, *_ in RUNS)])
