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
from athanor.experiments.task_inference.learning.yardstick import (
    CELL,
    areas,
    ends,
    scales,
    scored,
    with_not_run,
)
from athanor.reporting.estimands import estimates
from athanor.results import read_table


def run(
    statistics: Statistics,
    learning: Learning,
    rng: np.random.Generator,
    exact_returns: Path,
    alchemy: Path,
    curves: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `learning_curves`, `learning_scales`, `yardstick` (one row per run and kind of tasks) and the estimates."""
    table = pd.concat([read_table(path) for path in curves], ignore_index=True)
    games = pd.DataFrame([game.model_dump(include={*GAME, "episodes"}) for game in learning.games])
    scale = scales(read_table(exact_returns), games, read_table(alchemy))
    points = scored(table, scale)
    last, cells = ends(points), study_cells()
    tables = {
        "ends": with_not_run(last, "score", cells),
        "areas": with_not_run(areas(points), "area", cells),
        "diverged": diverged(last),
        "budgets": table.groupby(list(GAME), as_index=False, sort=False)["steps"].max(),
    }
    compared = (*ESTIMANDS, *(estimand for pair in COMPARED for estimand in advantages(*pair)))
    found = estimates("task_inference", compared, tables, statistics, rng)
    return {
        "learning_curves": table,
        "learning_scales": scale.reset_index(),
        "yardstick": last,
        "estimates/learning": found,
    }


def study_cells() -> pd.DataFrame:
    """Return the games and learners of the study: what a configuration leaves out of them is reported as not run."""
    study = Learning()
    rows = [(game.family, game.setting, learner) for game in study.games for learner in study.learners]
    return pd.DataFrame(rows, columns=CELL)


def diverged(last: pd.DataFrame) -> pd.DataFrame:
    """Count the runs of each learner and game that have no return at the end."""
    held_out = last[last["tasks"] == "held_out"]
    counted = held_out.assign(diverged=held_out["return"].isna().astype(int))
    return counted.groupby([*GAME, "learner"], as_index=False, sort=False)["diverged"].sum()
