"""Bring the learning curves of all games together, score them, and estimate who learns faster and ends better."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.learning.config import Learning, TrainingSpeed
from athanor.experiments.task_inference.learning.estimands import (
    COMPARED,
    ESTIMANDS,
    GAME,
    PROGRAMS,
    SPEED,
    advantages,
)
from athanor.experiments.task_inference.learning.yardstick import (
    CELL,
    areas,
    ends,
    scales,
    scored,
    trials_to_optimum,
)
from athanor.experiments.task_inference.not_run import TASKS, with_not_run
from athanor.reporting.estimands import estimates
from athanor.results import read_table


def run(
    statistics: Statistics,
    learning: Learning,
    rng: np.random.Generator,
    exact_returns: Path,
    alchemy: Path,
    curves: tuple[Path, ...],
    references: tuple[Path, ...],
    training_speed: Path,
) -> dict[str, pd.DataFrame]:
    """Return curves, scales, references, `yardstick` (one row per run and kind of tasks) and the estimates."""
    table, on_tasks = (
        pd.concat([read_table(path) for path in paths], ignore_index=True) for paths in (curves, references)
    )
    games = pd.DataFrame([game.model_dump(include={*GAME, "episodes"}) for game in learning.games])
    scale = scales(read_table(exact_returns), games, read_table(alchemy))
    points = scored(table, scale, on_tasks)
    last, cells = ends(points), reported_cells(learning).merge(TASKS, how="cross")
    counts = diverged(last)
    budgets = budgets_of(learning, table)
    tables = {
        "ends": with_not_run(last, cells),
        "areas": with_not_run(areas(points), cells),
        "diverged": counts,
        "all_diverged": counts[["diverged"]].sum().to_frame().T,
        "training_speed": with_not_run(read_table(training_speed), timed_programs(), "pair"),
        "budgets": budgets.reset_index(),
        "trials_to_optimum": with_not_run(
            trials_to_optimum(points, budgets["trials"]), reported_cells(learning)
        ),
    }
    families = cells.groupby("learner")["family"].agg(list)
    compared = (
        estimand for first, second in COMPARED for estimand in advantages(first, second, families[first])
    )
    found = estimates("task_inference", (*ESTIMANDS, *SPEED, *compared), tables, statistics, rng)
    return {
        "learning_curves": points.round({"score": 4}),
        "learning_scales": scale.reset_index(),
        "task_references": on_tasks.round(4),
        "yardstick": last,
        "estimates/learning": found,
    }


def reported_cells(learning: Learning) -> pd.DataFrame:
    """Return the games and learners that are reported: those of the whole study that are left out were not run."""
    return pd.DataFrame(list(dict.fromkeys([*Learning().cells(), *learning.cells()])), columns=CELL)


def timed_programs() -> pd.DataFrame:
    """Return the settings and programs whose times are reported: those that are left out were not run."""
    return pd.DataFrame(product(TrainingSpeed().settings, PROGRAMS), columns=["setting", "program"])


def budgets_of(learning: Learning, curves: pd.DataFrame) -> pd.DataFrame:
    """Return the environment steps and the trials of a run, by game."""
    trials = {(game.family, game.setting): game.updates * game.batch for game in learning.games}
    steps = curves.groupby(list(GAME), sort=False)["steps"].max()
    return steps.to_frame().assign(trials=[trials[game] for game in steps.index])


def diverged(last: pd.DataFrame) -> pd.DataFrame:
    """Count the runs of each learner and game that have no return at the end."""
    held_out = last[last["tasks"] == "held_out"]
    counted = held_out.assign(diverged=held_out["return"].isna().astype(int))
    return counted.groupby([*GAME, "learner"], as_index=False, sort=False)["diverged"].sum()
