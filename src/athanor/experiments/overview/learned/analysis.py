"""Bring what all systems learnt together, and estimate means over runs."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.overview.learned.config import MetaGradients
from athanor.experiments.overview.learned.estimands import ESTIMANDS, EVENTS, SHARES
from athanor.reporting.estimands import estimates
from athanor.results import read_table
from athanor.tasks.chains.discounts import best_single, errors, long_run
from athanor.tasks.chains.environment import Chains


def run(
    meta_gradients: MetaGradients,
    statistics: Statistics,
    rng: np.random.Generator,
    learned: tuple[Path, ...],
    speed: Path,
) -> dict[str, pd.DataFrame]:
    """Return `learned`, one row per number and run, and the estimates."""
    table = pd.concat([read_table(path) for path in learned], ignore_index=True)
    tables = compared(table) | {
        "over_single": over_single(table, meta_gradients.rate),
        "evolution_speed": read_table(speed),
    }
    found = estimates("overview", ESTIMANDS, tables, statistics, rng)
    return {"learned": table, "estimates/learned": found}


def compared(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the table for each kind of estimand: all of it and by its kind, slips, and skills by their number."""
    renamed = table.rename(columns={"quantity": "measure"})
    condition, measure = renamed["condition"], renamed["measure"]
    return {
        "learned": renamed,
        "events": renamed[measure.isin(EVENTS)],
        "shares": renamed[measure.isin(SHARES)],
        "others": renamed[~measure.isin([*EVENTS, *SHARES])],
        "sweep": renamed[renamed["row"].isin([15, 16]) & condition.str.startswith("slip")],
        "skills": renamed[(renamed["row"] == 20) & condition.str.fullmatch(r"K\d+")],
    }


def over_single(table: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Return, by run, the mean squared error that tuned discounts leave less that of the best discount of all states."""
    game, kappa = Chains(), long_run(rate)
    least = errors(game, np.full(game.length, best_single(game, kappa)), kappa).mean()
    rows = table[(table["row"] == 11) & (table["quantity"] == "error")]
    return rows.assign(value=rows["value"] - least)
