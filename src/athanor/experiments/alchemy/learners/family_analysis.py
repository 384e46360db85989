"""Estimate what a larger family of chemistries costs each learner, on the scale of the family itself."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

LAST = 0.1  # of training, whose mean score counts as the end
FAMILY = ["size", "seed"]
RUNS = (
    ("family_one", "one", ".3f", "{learner}: share on a family of one chemistry"),
    ("family_all", "all", ".3f", "{learner}: share on the family of all chemistries"),
    ("family_cost", "cost", ".3f", "{learner}: share on one chemistry less that on all"),
    ("family_cost_share", "cost_share", ".3f", "{learner}: the same over what all are below the oracle"),
    ("family_slope", "slope", ".4f", "{learner}: change of the share per doubling of the family"),
)
SHARE = Estimand(
    name="family_share",
    table="ends",
    value="share",
    per=("learner", "size"),
    over="seed",
    format=".3f",
    description="{learner}: share on families of {size} chemistries; 0: random actions, 1: the oracle",
)
ESTIMANDS = (
    SHARE,
    Estimand(
        name="family_random_dips",
        table="dips",
        value="share",
        over="seed",
        format=".3f",
        description="random dips on the family of all chemistries",
    ),
    *(
        Estimand(
            name=name, table="runs", value=value, per=("learner",), over="seed", format=spec, description=text
        )
        for name, value, spec, text in RUNS
    ),
    *(
        Estimand(name=name, table="totals", value=value, format=spec, unit=unit, description=text)
        for name, value, spec, unit, text in (
            ("family_episodes", "episodes", "d", "episodes", "training episodes of a run"),
            ("family_largest", "largest", "d", "chemistries", "chemistries of the largest family"),
        )
    ),
)


def run(
    statistics: Statistics, rng: np.random.Generator, families: Path, runs: tuple[Path, ...]
) -> dict[str, pd.DataFrame]:
    """Return `family_size` (one row per learner, size and seed, with the interval of the size) and the estimates.

    A score is that of the episodes of the last tenth of training, after the inner steps where there are any; `share`
    places it between random actions (0) and the oracle (1) of the run's own family.
    """
    curves = pd.concat([read_table(path) for path in runs], ignore_index=True)
    played = read_table(families).pivot(index=FAMILY, columns="player", values="score").reset_index()
    ends = shares(at_the_end(curves), played)
    tables = {"ends": ends, "runs": by_run(ends), "dips": dips(played), "totals": totals(curves, played)}
    found = estimates("alchemy", ESTIMANDS, tables, statistics, rng)
    by_size = found[found["estimand"] == SHARE.name][["learner", "size", "value", "low", "high"]]
    shown = ends.merge(by_size.astype({"size": int}), on=["learner", "size"])
    return {"family_size": shown, "estimates/family_size": found}


def at_the_end(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the score at the end of training by learner, size and seed."""
    late = curves[curves["episode"] > (1 - LAST) * curves.groupby("learner")["episode"].transform("max")]
    return late.groupby(["learner", *FAMILY], sort=False)["score"].mean().round(3).reset_index()


def shares(ends: pd.DataFrame, played: pd.DataFrame) -> pd.DataFrame:
    """Add where each score lies on the scale of its family."""
    both = ends.merge(played, on=FAMILY)
    return both[list(ends.columns)].assign(share=share(both["score"], both).round(4))


def share(score: pd.Series, played: pd.DataFrame) -> pd.Series:
    """Place scores between random actions (0) and the oracle (1) of their family."""
    return (score - played["random"]) / (played["oracle"] - played["random"])


def by_run(ends: pd.DataFrame) -> pd.DataFrame:
    """Return the share on one chemistry and on all, their difference, and the slope per doubling, run by run."""
    wide = ends.pivot(index=["learner", "seed"], columns="size", values="share")
    one, every = wide.iloc[:, 0], wide.iloc[:, -1]
    table = pd.DataFrame({"one": one, "all": every, "cost": one - every})
    table["cost_share"] = table["cost"] / (1 - every)
    table["slope"] = np.polyfit(np.log2(wide.columns.to_numpy(float)), wide.to_numpy(float).T, 1)[0]
    return table.reset_index()


def totals(curves: pd.DataFrame, played: pd.DataFrame) -> pd.DataFrame:
    """Return the smaller budget and the largest family, in one row."""
    episodes = curves.groupby("learner")["episode"].max().min()
    return pd.DataFrame([{"episodes": episodes, "largest": played["size"].max()}])


def dips(played: pd.DataFrame) -> pd.DataFrame:
    """Return where random dips lie on the scale of the largest family, run by run."""
    largest = played[played["size"] == played["size"].max()]
    return largest.assign(share=share(largest["random_dips"], largest))[["seed", "share"]]
