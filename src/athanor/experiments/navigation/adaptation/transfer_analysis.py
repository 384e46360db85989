"""Estimate what more inner steps in training change: before adaptation, after it, and on shifted targets."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.adaptation.analysis import solved
from athanor.experiments.navigation.adaptation.config import Adaptation, Transfer
from athanor.experiments.navigation.adaptation.transfer import rules
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.estimands import Estimand, estimates
from athanor.reporting.statistics import normalised_score
from athanor.results import read_table

UNTRAINED_SCORE = 0.0  # what a run that diverged counts as
PLACES = ["inner_steps", "targets", "seed", "target"]
CROSSED: dict[str, Any] = {
    "over": "seed",
    "across": "target",
}  # other targets are meant as well as other runs
ESTIMANDS = (
    Estimand(
        name="transfer_score",
        table="scores",
        per=("inner_steps", "targets", "when"),
        **CROSSED,
        format=".3f",
        description="MAML with {inner_steps} inner steps, {targets} targets, {when}: score",
    ),
    Estimand(
        name="transfer_change",
        table="changes",
        per=("targets", "when"),
        **CROSSED,
        format=".3f",
        description="most inner steps less fewest, {targets} targets, {when}: score",
    ),
    Estimand(
        name="transfer_diverged",
        table="diverged",
        value="diverged",
        per=("inner_steps",),
        format="d",
        unit="runs",
        description="MAML with {inner_steps} inner steps, transfer: diverged",
    ),
)


def run(
    environment: Environment,
    adaptation: Adaptation,
    transfer: Transfer,
    statistics: Statistics,
    rng: np.random.Generator,
    runs: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `transfer`, means over the targets of every run after each step, and `estimates/transfer`.

    On either targets a score of 0 is the mean return of untrained policies before adaptation, 1 the oracle's.
    """
    tests = pd.concat(map(read_table, runs), ignore_index=True)
    parts = []
    for name, distribution in (("trained", transfer.trained), ("shifted", transfer.shifted)):
        own = tests[tests["targets"] == name]
        met = own[["target", "x", "y"]].drop_duplicates().sort_values("target", ignore_index=True)
        best = solved(rules(environment, adaptation, distribution), met)["reward"].mean()
        base = own.query("inner_steps == 0 and step == 0")["reward"].mean()
        parts.append(own.assign(score=normalised_score(own["reward"].to_numpy(), base, best)))
    scored = pd.concat(parts, ignore_index=True)
    by = scored.groupby(["inner_steps", "targets", "seed", "step"], sort=False)["score"]
    means = by.mean(skipna=False).round(5).reset_index()
    scores = by_time(scored)
    named = scores.assign(inner_steps=scores["inner_steps"].map(names(transfer)))
    tables = {"scores": named, "changes": changes(scores), "diverged": diverged(means)}
    return {
        "transfer": means,
        "estimates/transfer": estimates("navigation", ESTIMANDS, tables, statistics, rng),
    }


def names(transfer: Transfer) -> dict[int, str]:
    """Return what numbers of inner steps are called, whichever are configured."""
    fewest, *between, most = transfer.inner_steps
    return {0: "untrained", **{steps: str(steps) for steps in between}, fewest: "fewest", most: "most"}


def by_time(scored: pd.DataFrame) -> pd.DataFrame:
    """Return scores before adaptation, after one step and after all, and what the steps after the first add beyond it."""
    wide = scored.pivot(index=PLACES, columns="step", values="score").fillna(UNTRAINED_SCORE)
    before, one, last = wide[0], wide[1], wide.iloc[:, -1]
    named = {
        "before": before,
        "after_one": one,
        "after_all": last,
        "later_less_first": (last - one) - (one - before),
    }
    return pd.concat(value.rename("value").reset_index().assign(when=when) for when, value in named.items())


def changes(scores: pd.DataFrame) -> pd.DataFrame:
    """Return what the most inner steps have more than the fewest, run by run and target by target."""
    trained = sorted(set(scores["inner_steps"]) - {0})
    wide = scores.pivot(index=["targets", "when", "seed", "target"], columns="inner_steps", values="value")
    return (wide[trained[-1]] - wide[trained[0]]).rename("value").reset_index()


def diverged(means: pd.DataFrame) -> pd.DataFrame:
    """Return how many runs diverged."""
    lost = means.assign(diverged=means["score"].isna()).groupby(["inner_steps", "seed"])["diverged"].any()
    return lost.groupby("inner_steps").sum().reset_index()
