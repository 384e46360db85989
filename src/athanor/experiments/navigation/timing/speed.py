"""How fast training is: beside the core's measured peak, the reading of weights, and eager PyTorch."""

import pandas as pd

from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.timing.conditions import (
    ALGORITHMS,
    COMPILED,
    EAGER,
    SETTING,
    TIMED_READINGS,
    Condition,
)
from athanor.experiments.navigation.timing.shares import NOT_TIMED, Programs
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import ACTIONS

FLOAT = 4  # bytes


def rate(core: pd.DataFrame, measure: str, reading: str = "") -> "pd.Series[float]":
    """Return what the core does in a second, by turn."""
    rows = core[core["measure"] == measure]
    rows = rows[rows["reading"] == reading] if reading else rows
    return rows.set_index("repeat")["value"].astype(float)


def training(
    timed: Programs, core: pd.DataFrame, environment: Environment, steps: int, hidden: int
) -> pd.DataFrame:
    """Return, for MAML under each reading and by turn, the seconds of an episode of a training run and what bounds them.

    `traffic` reads the weights once for each step that policies take side by side; `arithmetic` does all operations
    at the peak; no core goes below both. `eager` is the same episode in PyTorch.
    """
    tables = []
    for reading in TIMED_READINGS:
        condition = Condition(reading, "maml", steps, hidden)
        seconds = 1.0 / rate(core, "training", reading)
        traffic = bytes_read(environment, condition) / rate(core, "weights_read")
        operations = timed[COMPILED, *condition].operations
        arithmetic = operations / rate(core, "matrix_product")
        eager = pd.Series(timed.get((EAGER, *condition), NOT_TIMED).seconds)
        columns = {"seconds": seconds, "traffic": traffic, "arithmetic": arithmetic, "eager": eager}
        tables.append(pd.DataFrame(columns).assign(reading=reading, episode_mflop=operations / 1e6))
    table = pd.concat(tables).rename_axis("repeat").reset_index()
    table["bound"] = table["traffic"] + table["arithmetic"]
    milliseconds = {f"{name}_ms": 1e3 * table[name] for name in ("seconds", "traffic", "bound")}
    return table.assign(**milliseconds, arithmetic_per_cent=100.0 * table["arithmetic"])


def bytes_read(environment: Environment, condition: Condition) -> float:
    """Return the bytes of weights that an episode reads; its policies are one until the first inner step, then one a task."""
    env = navigation(rules_of(environment, SETTING))
    hidden, tasks = condition.hidden, len(environment.setting(SETTING).targets)
    weights = (env.observation.size + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * ACTIONS
    policies = 1 if condition.reading == "released" else 1 + tasks * condition.inner_steps
    return float(FLOAT * weights * env.horizon * policies)


def eager(timed: Programs, steps: int, hidden: int) -> pd.DataFrame:
    """Return the seconds of an episode in PyTorch by turn; one NaN where it was not timed."""
    tables = []
    for reading in TIMED_READINGS:
        for algorithm in ALGORITHMS:
            condition = Condition(reading, algorithm, steps, hidden)
            seconds = timed.get((EAGER, *condition), NOT_TIMED).seconds
            column = pd.Series(seconds if len(seconds) else [float("nan")], name="seconds")
            tables.append(column.rename_axis("repeat").reset_index().assign(**condition._asdict()))
    return pd.concat(tables, ignore_index=True)
