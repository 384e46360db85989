"""Estimate what is said of the game: counts of chemistries and published scores, exact as they are."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.alchemy.game.config import Published
from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table
from athanor.tasks.alchemy.chemistries import prior_entropy

LEVELS = {"aligned": False, "rotated": True}

ESTIMANDS = (
    Estimand(name="count", table="counts", value="count", per=("what",), format="d", description="{what}"),
    Estimand(
        name="prior_bits",
        table="prior",
        per=("level",),
        format=".2f",
        unit="bits",
        description="entropy of the prior, {level}",
    ),
    Estimand(
        name="published_score",
        table="published",
        per=("player", "trial"),
        format="g",
        description="published mean score of {player}, trial {trial}",
    ),
    Estimand(
        name="published_gap",
        table="gaps",
        per=("part",),
        format=".2f",
        description="what the published ideal observer loses to the oracle of its episodes: {part}",
    ),
)


def run(
    published: Published, statistics: Statistics, rng: np.random.Generator, chemistry_counts: Path
) -> dict[str, pd.DataFrame]:
    """Return `estimates/game`."""
    entropies = [(level, prior_entropy(rotated)) for level, rotated in LEVELS.items()]
    tables = {
        "counts": read_table(chemistry_counts).rename(columns={"quantity": "what"}),
        "prior": pd.DataFrame(entropies, columns=["level", "value"]),
        "published": _scores(published),
        "gaps": _gaps(published),
    }
    return {"estimates/game": estimates("alchemy", ESTIMANDS, tables, statistics, rng)}


def _scores(published: Published) -> pd.DataFrame:
    """Return what is published of each player: the mean score of an episode, and of some its trials."""
    rows = []
    for name, value in published:
        trials = enumerate(value, 1) if isinstance(value, tuple) else [("episode", value)]
        rows += [(name.removesuffix("_trials"), str(trial), score) for trial, score in trials]
    return pd.DataFrame(rows, columns=["player", "trial", "value"])


def _gaps(published: Published) -> pd.DataFrame:
    whole = published.oracle_there - published.ideal_observer
    first = published.oracle_there_trials[0] - published.ideal_observer_trials[0]
    rows = [("episode", whole), ("first_trial", first), ("later_trials", whole - first)]
    return pd.DataFrame(rows, columns=["part", "value"])
