"""Bring the learning curves of all games together, score them, and estimate who learns faster and ends better."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.estimands import (
    COMPARED,
    ESTIMANDS,
    GAME,
    advantages,
)
from athanor.experiments.task_inference.learning.yardstick import areas, ends, scales, scored
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table


def run(
    statistics: Statistics,
    learning: Learning,
    rng: np.random.Generator,
    exact_returns: Path,
    alchemy: Path,
    curves: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `learning_curves`, `yardstick` (one row per run and kind of tasks) and the estimates."""
    table = pd.concat([read_table(path) for path in curves], ignore_index=True)
    games = pd.DataFrame([game.model_dump(include={*GAME, "episodes"}) for game in learning.games])
    points = scored(table, scales(read_table(exact_returns), games, read_table(alchemy)))
    last = ends(points)
    tables = {
        "ends": last,
        "areas": areas(points),
        "diverged": diverged(last),
        "budgets": table.groupby(list(GAME), as_index=False, sort=False)["steps"].max(),
    }
    found = estimates("task_inference", estimands(learning.learners), tables, statistics, rng)
    return {"learning_curves": table, "yardstick": last, "estimates/learning": found}


def estimands(learners: tuple[str, ...]) -> tuple[Estimand, ...]:
    """Return what is estimated where these are the learners."""
    pairs = [pair for pair in COMPARED if {*pair} <= {*learners}]
    return (*ESTIMANDS, *(estimand for pair in pairs for estimand in advantages(*pair)))


def diverged(last: pd.DataFrame) -> pd.DataFrame:
    """Count the runs of each learner and game that have no return at the end."""
    held_out = last[last["tasks"] == "held_out"]
    counted = held_out.assign(diverged=held_out["return"].isna().astype(int))
    return counted.groupby([*GAME, "learner"], as_index=False, sort=False)["diverged"].sum()
