"""Train a learner on a game, and play it on training tasks and on held-out tasks along the way."""

import zlib

import jax
import numpy as np
import pandas as pd
from jaxtyping import Array, Key, PRNGKeyArray

from athanor.experiments.protocols.training import Curves, Plan, Relabel, curve_rows, learning_curves
from athanor.experiments.task_inference.learning.config import Game, Learning
from athanor.experiments.task_inference.learning.families import Family, family_of
from athanor.experiments.task_inference.learning.learners import Problem, problem_of, recipe_of
from athanor.learning.learner import Learner
from athanor.learning.stored import named
from athanor.results import Arrays

COLUMNS = ["family", "setting", "learner", "run", "steps", "tasks", "mean_return"]


def run(
    learning: Learning, key: PRNGKeyArray, family: str, setting: str, learner: str
) -> dict[str, pd.DataFrame | Arrays]:
    """Return `curves`, the mean return of a trial at each point, and `networks`, what was learnt, run axis first.

    Where a run diverged there is no value: no return from there on, and no network.
    """
    problem, recipe = problem_of(learning, learning.game(family, setting)), recipe_of(learner)
    curves, table = trained(learner, recipe.build(problem), problem, key, recipe.numbered)
    return {"curves": table, "networks": networks(curves)}


def trained(
    name: str, learner: Learner, problem: Problem, key: PRNGKeyArray, numbered: bool = False
) -> tuple[Curves, pd.DataFrame]:
    """Train a learner of a game, and return its curves, also as a table with the learner's name.

    Runs of all learners of a game have the same tasks, whichever other games there are.
    """
    rules, game, learning = problem.rules, problem.game, problem.learning
    keys = run_keys(learning, game, key)
    plan, what = plan_of(learning, game), f"{name}, {game.family} {game.setting}: points"
    relabel = relabelling(family_of(game.family), game)
    curves = learning_curves(learner, rules.sample_task, plan, keys, what, relabel, numbered=numbered)
    table = curve_rows(curves, plan.trials * game.episodes * rules.steps)
    return curves, table.assign(family=game.family, setting=game.setting, learner=name)[COLUMNS]


def run_keys(learning: Learning, game: Game, key: PRNGKeyArray) -> Key[Array, "run"]:
    """Return the keys of a game's runs."""
    own = jax.random.fold_in(key, zlib.crc32(f"{game.family} {game.setting}".encode()))
    return jax.random.split(own, learning.runs)


def networks(curves: Curves) -> dict[str, np.ndarray]:
    """Return the networks' numbers after training by name, NaN where a run diverged."""

    def without_diverged(leaf: np.ndarray) -> np.ndarray:
        return np.where(curves.diverged.reshape(-1, *[1] * (leaf.ndim - 1)), np.nan, leaf).astype(leaf.dtype)

    return {name: without_diverged(leaf) for name, leaf in named(curves.states.params).items()}


def relabelling(family: Family, game: Game) -> Relabel | None:
    """Return how training tasks are relabelled, if they are; raise ValueError for a family that knows no way."""
    if game.relabelled and family.relabel is None:
        raise ValueError(
            f"relabelled is true for {game.family}, must be false where the family has no relabelling"
        )
    return family.relabel if game.relabelled else None


def plan_of(learning: Learning, game: Game) -> Plan:
    """Return how a game is trained on."""
    return Plan(
        learning.training_tasks,
        learning.held_out_tasks,
        game.batch,
        game.updates,
        learning.points,
        learning.repeats,
    )
