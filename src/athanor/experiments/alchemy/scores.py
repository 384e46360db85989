"""Bring the agents' scores together: every trial of every episode, and the means with their intervals."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.reporting.statistics import mean
from athanor.results import read_table

WHOLE = "all"  # in place of a trial's number: the whole episode


def run(
    statistics: Statistics,
    key: PRNGKeyArray,
    played: tuple[Path, ...],
    unknown: tuple[Path, ...],
    times: Path,
) -> dict[str, pd.DataFrame]:
    """Return `scores` (a row a trial), `mean_scores` (by agent, a row a trial and one for the episode), and `entropy`.

    `seconds` are an agent's mean for an episode, measured apart.
    """
    scores = pd.concat([read_table(path) for path in played], ignore_index=True)
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    rows = []
    for agent, own in scores.groupby("agent", sort=False):
        table = own.pivot(index="episode", columns="trial", values="score")
        columns = [(str(trial + 1), table[trial].to_numpy(float)) for trial in table.columns]
        for name, values in [*columns, (WHOLE, table.sum(axis=1).to_numpy(float))]:
            found = mean(
                values, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples
            )
            rows.append({"agent": agent, "trial": name, "episodes": len(values), **found._asdict()})
    entropy = pd.concat([read_table(path) for path in unknown], ignore_index=True)
    seconds = read_table(times).groupby("agent")["seconds"].mean()
    scores = scores.assign(seconds=scores["agent"].map(seconds))
    return {"scores": scores, "mean_scores": pd.DataFrame(rows), "entropy": entropy}
