"""Estimate how long meta-learning over Alchemy's chemistries takes, and how that compares with the published time."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import MetaLearning
from athanor.experiments.alchemy.learners.table import EAGER
from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Contrast, Estimand, estimates, of_columns
from athanor.results import read_table

PUBLISHED_EPISODES = 100_000  # that the source gives a time for
HOUR = 3600.0  # s
# Medians over the turns: name, column of the table `times`, format, unit, description.
TIMES = (
    ("training_seconds", "seconds", ".0f", "s", "100,000 episodes of one run on one core, {program}"),
    ("training_hours", "hours", ".3f", "h", "100,000 episodes of one run on one core, {program}"),
    ("training_million_hours", "million_hours", ".2f", "h", "a million episodes of one run, {program}"),
    ("training_speedup", "speedup", ".0f", "", "published time over that of 100,000 episodes, {program}"),
    ("training_steps", "steps", ".2f", "million steps/s", "steps of the game, {program}"),
)
TORCH = (("torch_measured", "d", "", "1 where PyTorch was timed, or 0"),)
ESTIMANDS = (
    *(
        Estimand(
            name=name,
            table="times",
            value=column,
            per=("program",),
            over="turn",
            statistic="median",
            format=spec,
            unit=unit,
            description=text,
        )
        for name, column, spec, unit, text in TIMES
    ),
    Estimand(
        name="training_eager_ratio",
        table="times",
        value="seconds",
        over="turn",
        statistic="ratio_of_medians",
        contrast=Contrast("program", EAGER, "maml"),
        format=".0f",
        description="time of MAML in eager PyTorch over that of the compiled one, on the same core",
    ),
    *of_columns("torch", (), TORCH),
)


def run(
    environment: Environment,
    meta_learning: MetaLearning,
    statistics: Statistics,
    rng: np.random.Generator,
    training_time: Path,
) -> dict[str, pd.DataFrame]:
    """Return `estimates/training_time`."""
    game_steps = environment.trials * environment.trial_steps
    table = read_table(training_time)
    measured = bool((table["program"] == EAGER).any())
    if not measured:  # so that what is asked of it is answered by "not run"
        table = pd.concat([table, pd.DataFrame({"program": [EAGER], "turn": [0]})])
    tables = {
        "times": times(table, game_steps, meta_learning.published_hours),
        "torch": pd.DataFrame({"torch_measured": [measured]}),
    }
    return {"estimates/training_time": estimates("alchemy", ESTIMANDS, tables, statistics, rng)}


def times(table: pd.DataFrame, steps: int, published_hours: float) -> pd.DataFrame:
    """Return the time of the published number of episodes, and how it compares with the published one."""
    seconds = PUBLISHED_EPISODES * table["seconds_per_episode"]
    return table.assign(
        seconds=seconds,
        hours=seconds / HOUR,
        million_hours=10 * seconds / HOUR,
        speedup=published_hours * HOUR / seconds,
        steps=steps / table["seconds_per_episode"] / 1e6,
    )
