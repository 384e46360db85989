"""Estimate what was learnt on single chemistries, between random actions and each chemistry's oracle."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Contrast, Estimand, estimates
from athanor.reporting.statistics import mean
from athanor.results import read_table

LAST = 0.1  # of training, whose mean score counts as the end
LATE = 0.25  # of training, over which the late gain is taken
KEYS = ["learner", "place", "seed"]
# Means over the chemistries, run by run: name, column, format, description.
OVER_CHEMISTRIES = (
    ("single_score", "score", ".3f", "score at the end; 0: random actions, 1: the oracle of the chemistry"),
    ("single_gain", "gain", ".1f", "score gained from the first point of the curve to the end"),
    (
        "single_late_share",
        "late_share",
        ".3f",
        "share of the gain that falls in the last quarter of training",
    ),
    ("single_over_dips", "over_dips", ".1f", "score at the end less that of random dips"),
)
ESTIMANDS = (
    Estimand(
        name="single_episodes",
        table="budget",
        value="episodes",
        format="d",
        unit="episodes",
        description="training episodes on a chemistry",
    ),
    Estimand(
        name="single_reference",
        table="references",
        per=("player", "place"),
        interval=("low", "high"),
        format=".1f",
        description="mean score of {player} on chemistry {place}",
    ),
    Estimand(
        name="single_end",
        table="ends",
        value="end",
        per=("learner", "place"),
        over="seed",
        format=".1f",
        description="score of {learner} at the end of training on chemistry {place}",
    ),
    *(
        Estimand(
            name=name,
            table="ends",
            value=column,
            per=("learner",),
            over="seed",
            format=spec,
            description=f"{{learner}}, one chemistry: {text}",
        )
        for name, column, spec, text in OVER_CHEMISTRIES
    ),
    Estimand(
        name="single_ppo_over_vpg",
        table="ends",
        value="end",
        over="seed",
        contrast=Contrast("learner", "ppo", "vpg"),
        format=".1f",
        description="score of PPO less that of the policy gradient, one chemistry",
    ),
)


def run(
    statistics: Statistics, rng: np.random.Generator, runs: tuple[Path, ...], single_references: Path
) -> dict[str, pd.DataFrame]:
    """Return `single_chemistry`, the mean score of each player on each chemistry, and the estimates."""
    curves = pd.concat([read_table(path) for path in runs], ignore_index=True)
    references = means(read_table(single_references), statistics, rng)
    tables = {
        "budget": pd.DataFrame({"episodes": [curves["episode"].max()]}),
        "references": references,
        "ends": ends(curves, references),
    }
    found = estimates("alchemy", ESTIMANDS, tables, statistics, rng)
    return {"single_chemistry": references, "estimates/single_chemistry": found}


def means(scores: pd.DataFrame, statistics: Statistics, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row per chemistry and player, with the interval over episodes."""
    rows = []
    for (place, player, edges), own in scores.groupby(["place", "player", "edges"], sort=False):
        values = own["score"].to_numpy(float)
        found = mean(values, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples)
        rows.append({"place": place, "edges": edges, "player": player, **found._asdict()})
    return pd.DataFrame(rows).sort_values("place", ignore_index=True, kind="stable")


def ends(curves: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """Return what each run of a learner on a chemistry comes to."""
    wide = curves.pivot(index=KEYS, columns="episode", values="score")
    points = wide.shape[1]
    last, late = (max(round(share * points), 1) for share in (LAST, LATE))
    table = pd.DataFrame({"end": wide.iloc[:, -last:].mean(axis=1)})
    table["gain"] = table["end"] - wide.iloc[:, 0]
    table["late_share"] = (table["end"] - wide.iloc[:, -late - 1]) / table["gain"]
    players = references.pivot(index="place", columns="player", values="value")
    table = table.reset_index().merge(players, on="place")
    table["score"] = (table["end"] - table["random"]) / (table["oracle"] - table["random"])
    table["over_dips"] = table["end"] - table["random_dips"]
    return table
