"""Train a learner on the bus grid, and play it along the way."""

import zlib

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.overview.exploration.config import DecoupledExploration
from athanor.experiments.overview.exploration.learners import RULES, learner_of
from athanor.experiments.protocols.training import Curves, Plan, learning_curves

COLUMNS = ["learner", "setting", "run", "steps", "return"]
TASKS = 100  # drawn for a run: of a grid without distracting buses, nearly all of the 24 there are


def run(
    decoupled_exploration: DecoupledExploration, key: PRNGKeyArray, learner: str, setting: str
) -> dict[str, pd.DataFrame]:
    """Return `curves`: the mean return of the paid episode at each point, without value where a run diverged.

    All learners on a grid meet the same tasks, run by run.
    """
    settings, rules = decoupled_exploration, RULES[setting]
    built = learner_of(settings, learner, rules)
    keys = jax.random.split(jax.random.fold_in(key, zlib.crc32(setting.encode())), settings.runs)
    plan = Plan(TASKS, settings.played, settings.batch, settings.updates, settings.points, 1)
    curves = learning_curves(built, rules.sample_task, plan, keys, f"{learner}, {setting}: points")
    steps = plan.trials * 2 * rules.steps
    return {"curves": rows(curves, steps).assign(learner=learner, setting=setting)[COLUMNS]}


def rows(curves: Curves, steps: np.ndarray) -> pd.DataFrame:
    """Return what is earned on newly drawn tasks as rows, by run and point."""
    number, point = (axis.ravel() for axis in np.indices(curves.held_out.shape))
    rounded = np.round(curves.held_out.ravel().astype(float), 4)
    return pd.DataFrame({"run": number, "steps": steps[point], "return": rounded})
