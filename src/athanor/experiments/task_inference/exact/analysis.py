"""Bring the expected returns of all families together, and estimate what not knowing the task costs."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

GAME = ("family", "setting", "episodes")
ESTIMANDS = (
    Estimand(
        name="exact_return",
        table="returns",
        value="expected_return",
        per=(*GAME, "agent"),
        interval=("lower", "upper"),
        format=".2f",
        description="expected return of {agent}: {family}, {setting}, {episodes}",
    ),
    Estimand(
        name="price_of_not_knowing",
        table="prices",
        value="price",
        per=GAME,
        interval=("low", "high"),
        format=".2f",
        description="oracle less Bayes-optimal: {family}, {setting}, {episodes}",
    ),
    Estimand(
        name="hit_by",
        table="hits",
        value="share_hit",
        per=("setting", "agent", "episode"),
        format=".3f",
        description="share of targets that {agent} has hit by episode {episode}, setting {setting}",
    ),
)


def run(
    statistics: Statistics, rng: np.random.Generator, returns: tuple[Path, ...], first_hits: Path
) -> dict[str, pd.DataFrame]:
    """Return `exact_returns` of all families, and the estimates."""
    table = pd.concat([read_table(path) for path in returns], ignore_index=True)
    tables = {"returns": table, "prices": prices(table), "hits": read_table(first_hits)}
    found = estimates("task_inference", ESTIMANDS, tables, statistics, rng)
    return {"exact_returns": table, "estimates/exact": found}


def prices(table: pd.DataFrame) -> pd.DataFrame:
    """Return what the oracle earns more than the Bayes-optimal agent, with the bounds that both have."""
    wide = table.pivot(index=list(GAME), columns="agent", values=["expected_return", "lower", "upper"])
    wide = wide.dropna(subset=[("expected_return", "bayes_optimal")])
    columns = {
        "price": wide["expected_return", "oracle"] - wide["expected_return", "bayes_optimal"],
        "low": wide["lower", "oracle"] - wide["upper", "bayes_optimal"],
        "high": wide["upper", "oracle"] - wide["lower", "bayes_optimal"],
    }
    return pd.DataFrame(columns).reset_index()
