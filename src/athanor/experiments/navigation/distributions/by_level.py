"""Whether levels of obstacles and distributions differ in difficulty: what is learnt where it is tested, pair by pair."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.statistics import bonferroni, estimate
from athanor.tasks.navigation.rules import OBSTACLE_LEVELS

CONDITION = ["train_distribution", "train_obstacles"]


def level_steps(own: pd.DataFrame) -> pd.DataFrame:
    """Return what each run scores less at a level of obstacles than at the next easier one that was trained on.

    `own` has a row per observation, level and seed. There is one row without value where only one level was trained on.
    """
    scores = own.pivot(index=["observation", "seed"], columns="train_obstacles", values="score")
    levels = [level for level in OBSTACLE_LEVELS if level in scores.columns]
    falls = [
        (scores[easier] - scores[harder]).rename("value").reset_index().assign(levels=f"{easier}_{harder}")
        for easier, harder in pairwise(levels)
    ]
    blank = own[["observation", "seed"]].drop_duplicates().assign(value=np.nan, levels="none")
    return pd.concat(falls or [blank], ignore_index=True)


def told_apart(own: pd.DataFrame, statistics: Statistics) -> pd.DataFrame:
    """Return the share of the pairs of conditions whose scores differ, by observation.

    Two differ if the interval of their difference leaves out 0, at the confidence of Bonferroni over all pairs. `own` has
    the scores where they were trained, one row per condition, observation and seed.
    """
    rows = []
    for observation, table in own.groupby("observation", sort=False):
        samples = [part["score"].dropna().to_numpy() for _, part in table.groupby(CONDITION, sort=False)]
        rows.append({"observation": observation, "levels_told_apart": _share(samples, statistics)})
    return pd.DataFrame(rows)


def _share(samples: Sequence[np.ndarray], statistics: Statistics) -> float:
    """Return the share of pairs of samples with different means."""
    pairs = list(combinations(samples, 2))
    if not pairs:
        return float("nan")
    level, rng = bonferroni(statistics.confidence, len(pairs)), np.random.default_rng(0)  # Welch's draws none
    found = [estimate("difference_of_means", pair, rng, level, 1) for pair in pairs]
    return float(np.mean([one.low > 0 or one.high < 0 for one in found]))
