"""Bring the agents' scores together: every trial of every episode, the means and what is lost to the oracle."""

from pathlib import Path

import numpy as np
import pandas as pd
import scipy.special

from athanor.experiments.config import Statistics
from athanor.reporting.statistics import mean
from athanor.results import read_table

WHOLE = "all"  # in place of a trial's number: the whole episode


def run(
    statistics: Statistics,
    rng: np.random.Generator,
    played: tuple[Path, ...],
    unknown: tuple[Path, ...],
    episode_times: Path,
) -> dict[str, pd.DataFrame]:
    """Return `scores` (one row per trial), `mean_scores` and `losses` to the oracle (by agent and trial), and `entropy`.

    The means have a row for the whole episode too. On the same chemistries and items, what is drawn cancels out of a
    loss. `seconds` are an agent's mean for an episode, measured apart.
    """
    scores = pd.concat([read_table(path) for path in played], ignore_index=True)
    table = scores.pivot(index="episode", columns=["agent", "trial"], values="score")
    oracle = table["oracle"]
    means, losses = [], []
    for agent in scores["agent"].unique():
        trials = {str(trial + 1): table[agent][trial] for trial in table[agent]}
        rows = {**trials, WHOLE: table[agent].sum(axis=1)}
        means += [_row(agent, trial, values, statistics, rng) for trial, values in rows.items()]
        if agent != "oracle":
            lost = {str(trial + 1): oracle[trial] - table[agent][trial] for trial in oracle}
            losses += [_row(agent, trial, values, statistics, rng) for trial, values in lost.items()]
    entropy = pd.concat([read_table(path) for path in unknown], ignore_index=True)
    seconds = read_table(episode_times).groupby("agent")["seconds"].mean()
    return {
        "scores": scores.assign(seconds=scores["agent"].map(seconds)),
        "mean_scores": pd.DataFrame(means),
        "losses": pd.DataFrame(losses),
        "entropy": _with_interval(entropy, statistics.confidence),
    }


def _row(
    agent: str, trial: str, values: pd.Series, statistics: Statistics, rng: np.random.Generator
) -> dict[str, str | float | int]:
    found = mean(
        values.to_numpy(float), rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples
    )
    return {"agent": agent, "trial": trial, "episodes": len(values), **found._asdict()}


def _with_interval(entropy: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Add Student's interval."""
    quantile = scipy.special.stdtrit(entropy["episodes"] - 1, (1 + confidence) / 2)
    spread = entropy["error"] * quantile
    return entropy.assign(low=entropy["value"] - spread, high=entropy["value"] + spread)
