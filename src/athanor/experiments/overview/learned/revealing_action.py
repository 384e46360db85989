"""Count the trials until exploration is learnt, end to end and with exploration and execution apart."""

import numpy as np
import pandas as pd

from athanor.experiments.overview.learned.config import RevealingAction
from athanor.experiments.overview.learned.row import Learned
from athanor.learning.tabular_exploration import RevealingGame, samples_until_optimal


def run(revealing_action: RevealingAction, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return `revealing_action`: trials by number of actions, and the slope of their logarithms, of each run."""
    rows = [row for number in range(revealing_action.runs) for row in _one(revealing_action, number, rng)]
    return {"revealing_action": pd.DataFrame(rows, columns=list(Learned._fields))}


def _one(settings: RevealingAction, number: int, rng: np.random.Generator) -> list[Learned]:
    found = [
        samples_until_optimal(RevealingGame(actions, settings.tasks), settings.most_trials, rng)
        for actions in settings.actions
    ]
    rows = []
    for system in found[0]:
        trials = [one[system] for one in found]
        names = [f"A{actions}" for actions in settings.actions]
        values = dict(zip(names, trials, strict=True))
        rows += [_row(system, condition, number, "trials", value) for condition, value in values.items()]
        rows.append(_row(system, "all", number, "slope", slope(settings.actions, trials)))
    return rows


def _row(system: str, condition: str, number: int, quantity: str, value: float) -> Learned:
    return Learned(10, system, "revealing_action", condition, number, quantity, value)


def slope(actions: tuple[int, ...], trials: list[float]) -> float:
    """Return the least-squares slope of log trials over log actions; not a number if a run was given up."""
    if not np.isfinite(trials).all():
        return float("nan")
    return float(np.polyfit(np.log(actions), np.log(trials), 1)[0])
