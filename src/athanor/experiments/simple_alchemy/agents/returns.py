"""Bring the simulations together: the returns of the main agents, and return against planning compute."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.simple_alchemy.agents.config import Planners
from athanor.experiments.simple_alchemy.agents.table import OWN
from athanor.reporting.statistics import mean
from athanor.results import read_table

KEYS = ["family", "agent", "budget"]
KNOWN = ["consistent_graphs", "gathered_bits", "useless_bits"]


def run(
    planners: Planners,
    statistics: Statistics,
    rng: np.random.Generator,
    simulations: tuple[Path, ...],
    decision_times: Path,
) -> dict[str, pd.DataFrame]:
    """Return `returns` (main agents, one row per trial) and `planning_compute` (one row per agent and budget)."""
    seconds = read_table(decision_times).groupby(KEYS)["seconds"].median().rename("decision_seconds")
    played = pd.concat([read_table(path) for path in simulations]).join(seconds, on=KEYS)
    rows = [
        dict(zip(KEYS, keys, strict=True)) | _mean_return(rows, statistics, rng)
        for keys, rows in played.groupby(KEYS)
    ]
    compute = pd.DataFrame(rows)
    budgets = {"cem": planners.cem.particles, "tree_search": planners.tree_search.simulations}
    own = compute["agent"].map(budgets).fillna(OWN)
    compute["own"] = compute["budget"] == OWN  # whether it is the planner's own section's
    compute["budget"] = compute["budget"].where(~compute["own"], own).astype(int)
    returns = played[played["budget"] == OWN].drop(columns=["budget", *KNOWN])
    return {"returns": returns, "planning_compute": compute.sort_values(KEYS, ignore_index=True)}


def _mean_return(
    played: pd.DataFrame, statistics: Statistics, rng: np.random.Generator
) -> dict[str, float | int]:
    """Return the mean return of an episode with its interval, and the seconds of a decision."""
    totals = played.groupby("episode")["return"].sum().to_numpy(float)
    found = mean(totals, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples)
    return {
        "episodes": len(totals),
        "mean_return": found.value,
        "low": found.low,
        "high": found.high,
        "decision_seconds": played["decision_seconds"].iloc[0],
    }
