"""Estimate the coverage of every kind of interval, and say where it is least."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.intervals.coverage import RULE
from athanor.reporting.estimands import Estimand, estimates
from athanor.reporting.statistics import proportion
from athanor.results import read_table

KEYS = ("statistic", "distribution", "units")
ESTIMANDS = (
    Estimand(
        name="coverage",
        table="coverage",
        value="share",
        where={"method": RULE},
        per=KEYS,
        interval=("low", "high"),
        format=".3f",
        description="intervals that contain the true {statistic}: {distribution}, {units} units",
    ),
    Estimand(
        name="alternative",
        table="alternatives",
        value="share",
        per=("method", *KEYS),
        interval=("low", "high"),
        format=".3f",
        description="the same by {method}: {statistic}, {distribution}, {units} units",
    ),
    Estimand(
        name="least",
        table="least",
        value="share",
        per=("statistic", "shape"),
        interval=("low", "high"),
        format=".3f",
        description="least coverage of {statistic} over sizes and distributions that are {shape}",
    ),
    Estimand(
        name="least_near_normal",
        table="least_of_all",
        value="share",
        interval=("low", "high"),
        format=".3f",
        description="least coverage where data are near normal, over every kind of interval",
    ),
    Estimand(
        name="widest_error",
        table="errors",
        value="error",
        format=".3f",
        description="half-width of the widest binomial interval of a measured coverage",
    ),
)


def run(statistics: Statistics, rng: np.random.Generator, covered: Path) -> dict[str, pd.DataFrame]:
    """Return `coverage`, the share of intervals with the true value in each cell that has intervals, and the estimates."""
    table = shares(read_table(covered), statistics.confidence)
    found = estimates("intervals", ESTIMANDS, _tables(table), statistics, rng)
    return {"coverage": table, "estimates/coverage": found}


def shares(covered: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the share of covered among those that have an interval, with its own exact binomial interval."""
    table = covered[covered["defined"] > 0].reset_index(drop=True)
    counts = zip(table["covered"], table["defined"], strict=True)
    found = pd.DataFrame([proportion(one, of, confidence=confidence) for one, of in counts])
    return table.assign(share=found["value"], low=found["low"], high=found["high"])


def _tables(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    used = table[table["method"] == RULE]
    shaped = used.assign(shape=np.where(used["near_normal"], "near_normal", "skewed"))
    near = shaped[shaped["near_normal"]]
    return {
        "coverage": table,
        "alternatives": table[table["method"] != RULE],
        "least": shaped.loc[shaped.groupby(["statistic", "shape"])["share"].idxmin()],
        "least_of_all": near.loc[[near["share"].idxmin()]],
        "errors": pd.DataFrame({"error": [((used["high"] - used["low"]) / 2).max()]}),
    }
