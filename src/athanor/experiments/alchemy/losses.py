"""Compare agents with the oracle trial by trial: on the same chemistries and items, what is drawn cancels out."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.reporting.statistics import mean
from athanor.results import read_table


def run(statistics: Statistics, key: PRNGKeyArray, scores: Path) -> dict[str, pd.DataFrame]:
    """Return `losses`: by agent and trial, from 1, the mean of the oracle's score less the agent's."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    table = read_table(scores).pivot(index=["episode", "trial"], columns="agent", values="score")
    lost = -table.sub(table["oracle"], axis=0).drop(columns="oracle")
    rows = []
    for agent in lost:
        for trial, values in lost[agent].groupby("trial"):
            found = mean(
                values.to_numpy(float),
                rng,
                confidence=statistics.confidence,
                resamples=statistics.bootstrap_samples,
            )
            rows.append({"agent": agent, "trial": trial + 1, **found._asdict()})
    return {"losses": pd.DataFrame(rows)}
