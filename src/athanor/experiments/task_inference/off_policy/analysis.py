"""Compare learning off policy with learning on policy at equal environment steps, and weights of the bottleneck."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.off_policy.estimands import ESTIMANDS
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

LEARNER = ["family", "learner", "agent"]


def run(
    statistics: Statistics,
    rng: np.random.Generator,
    curves: tuple[Path, ...],
    bottlenecks: tuple[Path, ...],
    returns: Path,
) -> dict[str, pd.DataFrame]:
    """Return the curves of all learners with their scores, those of all bottlenecks, and the estimates.

    A score places a return between random play (0) and the lower bound of the Bayes-optimal return (1), where both are
    known. Equal steps are those at which the shortest training ends.
    """
    table = scored(_joined(curves), read_table(returns))
    noisy = _joined(bottlenecks)
    ends = at_the_end(noisy, ["beta"])
    tables = {
        "equal_steps": at_equal_steps(table),
        "areas": areas(table),
        "ends": at_the_end(table, LEARNER),
        "bottlenecks": ends,
        "gaps": gaps(ends),
        "extreme_bottlenecks": extremes(ends),
        "extreme_gaps": extremes(gaps(ends)),
    }
    asked = [estimand for estimand in ESTIMANDS if estimand.contrast is None or compared(tables, estimand)]
    found = estimates("task_inference", asked, tables, statistics, rng)
    return {"off_policy": table, "bottleneck": noisy, "estimates/off_policy": found}


def compared(tables: Mapping[str, pd.DataFrame], estimand: Estimand) -> bool:
    """Return whether both sides of a contrast were trained: which learners are, the configuration says."""
    if estimand.contrast is None:
        return False
    rows = tables[estimand.table]
    for column, value in estimand.where.items():
        rows = rows[rows[column] == value]
    return set(estimand.contrast[1:]) <= set(rows[estimand.contrast.column])


def _joined(paths: tuple[Path, ...]) -> pd.DataFrame:
    return pd.concat([read_table(path) for path in paths], ignore_index=True)


def scored(curves: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return curves with scores; no value in families whose reference returns are not there."""
    agents = returns.pivot_table(index="family", columns="agent", values=["expected_return", "lower"])
    random = curves["family"].map(agents["expected_return", "random"])
    optimum = curves["family"].map(agents["lower", "bayes_optimal"])
    return curves.assign(score=((curves["mean_return"] - random) / (optimum - random)).round(4))


def at_equal_steps(curves: pd.DataFrame) -> pd.DataFrame:
    """Return each learner's last point within the steps of the shortest training of its family."""
    return at_the_end(_within_shortest(curves), LEARNER)


def areas(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the mean return of a curve along training, within the steps of the shortest training of its family."""
    within = _within_shortest(curves[curves["steps"] > 0])
    return within.groupby([*LEARNER, "run", "tasks"], as_index=False, sort=False).agg(
        mean_return=("mean_return", lambda returns: returns.mean(skipna=False))
    )


def _within_shortest(curves: pd.DataFrame) -> pd.DataFrame:
    longest = curves.groupby(LEARNER, as_index=False)["steps"].max()
    shortest = longest.groupby("family")["steps"].min()
    return curves[curves["steps"] <= curves["family"].map(shortest)]


def at_the_end(curves: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the last point of each curve."""
    return curves[curves["steps"] == curves.groupby(keys)["steps"].transform("max")].reset_index(drop=True)


def gaps(ends: pd.DataFrame) -> pd.DataFrame:
    """Return by how much a run earns more on the tasks it trained on than on others."""
    wide = ends.pivot(index=["beta", "run"], columns="tasks", values="mean_return")
    return (wide["train"] - wide["held_out"]).rename("gap").reset_index()


def extremes(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the least and of the greatest weight beta, named so in the column `weight`."""
    names = {table["beta"].min(): "least", table["beta"].max(): "greatest"}
    return table[table["beta"].isin(list(names))].assign(weight=table["beta"].map(names))
