"""Compare learning off policy with learning on policy at equal environment steps, and weights of the bottleneck."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.not_run import TASKS, with_not_run
from athanor.experiments.task_inference.off_policy.config import OffPolicy
from athanor.experiments.task_inference.off_policy.estimands import ESTIMANDS
from athanor.reporting.estimands import estimates
from athanor.results import read_table

LEARNER = ["family", "learner", "agent"]


def run(
    statistics: Statistics,
    off_policy: OffPolicy,
    rng: np.random.Generator,
    curves: tuple[Path, ...],
    bottlenecks: tuple[Path, ...],
    returns: Path,
    cheetah_speed: Path,
) -> dict[str, pd.DataFrame]:
    """Return the curves of all learners with their scores, those of all bottlenecks, and the estimates.

    A score places a return between random play (0) and the lower bound of the Bayes-optimal return (1), where both are
    known. Equal steps are those at which the shortest training ends.
    """
    table = scored(_joined(curves), read_table(returns))
    noisy = _joined(bottlenecks)
    ends = at_the_end(noisy, ["beta"])
    learners = reported_learners(off_policy).merge(TASKS, how="cross")
    weights = reported_weights(off_policy)
    ranked = pd.DataFrame({"weight": ["least", "greatest"]})
    tables = {
        "equal_steps": with_not_run(at_equal_steps(table), learners),
        "areas": with_not_run(areas(table), learners),
        "ends": with_not_run(at_the_end(table, LEARNER), learners),
        "cheetah_speed": read_table(cheetah_speed),
        "budgets": table.groupby(LEARNER, as_index=False, sort=False)["steps"].max(),
        "bottlenecks": with_not_run(ends, weights.merge(TASKS, how="cross")),
        "gaps": with_not_run(gaps(ends), weights),
        "extreme_bottlenecks": with_not_run(extremes(ends), ranked.merge(TASKS, how="cross")),
        "extreme_gaps": with_not_run(extremes(gaps(ends)), ranked),
    }
    found = estimates("task_inference", ESTIMANDS, tables, statistics, rng)
    return {"off_policy": table, "bottleneck": noisy, "estimates/off_policy": found}


def reported_learners(off_policy: OffPolicy) -> pd.DataFrame:
    """Return the families and learners that are reported: those of the whole study that are left out were not run."""
    study = OffPolicy()
    families = dict.fromkeys((*study.families, *off_policy.families))
    learners = dict.fromkeys((one.learner, one.agent) for one in (*study.learners, *off_policy.learners))
    return pd.DataFrame([(family, *one) for family in families for one in learners], columns=LEARNER)


def reported_weights(off_policy: OffPolicy) -> pd.DataFrame:
    """Return the weights of the bottleneck that are reported."""
    return pd.DataFrame({"beta": list(dict.fromkeys((*OffPolicy().betas, *off_policy.betas)))})


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
