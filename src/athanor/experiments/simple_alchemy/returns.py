"""Bring the simulations together: the returns of the main agents, and return against planning compute."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.simple_alchemy.agents import planner_and_budget
from athanor.experiments.simple_alchemy.config import AGENTS, Cem, Statistics, TreeSearch
from athanor.reporting.statistics import mean
from athanor.results import read_table

NO_PLANNER = "none"


def run(
    cem: Cem,
    tree_search: TreeSearch,
    statistics: Statistics,
    key: PRNGKeyArray,
    simulations: tuple[Path, ...],
    times: Path,
) -> dict[str, pd.DataFrame]:
    """Return `returns` (main agents, a row a trial) and `planning_compute` (a row an agent and budget)."""
    seconds = read_table(times).groupby(["family", "agent"])["seconds"].median().rename("decision_seconds")
    played = pd.concat([read_table(path) for path in simulations]).join(seconds, on=["family", "agent"])
    listed = [
        agent in AGENTS[family] for family, agent in zip(played["family"], played["agent"], strict=True)
    ]
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    rows = [
        {"family": family, "agent": agent, **_planner(str(agent), cem, tree_search)}
        | _mean_return(rows, statistics, rng)
        for (family, agent), rows in played.groupby(["family", "agent"])
    ]
    compute = pd.DataFrame(rows).sort_values(["family", "planner", "budget", "agent"], ignore_index=True)
    returns = played.loc[listed].drop(columns="consistent_graphs")
    return {"returns": returns, "planning_compute": compute}


def _planner(agent: str, cem: Cem, tree_search: TreeSearch) -> dict[str, str | int]:
    """Return planner and budget of an agent."""
    planner, budget = planner_and_budget(agent, cem, tree_search)
    return {"planner": planner or NO_PLANNER, "budget": budget}


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
