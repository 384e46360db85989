"""Train FOMAML on a distribution of targets and level of obstacles; test it on held-out targets of all of them."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.navigation.distributions.conditions import changes
from athanor.experiments.navigation.distributions.config import OBSERVATIONS, Distributions
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Corrected, Learners, Networks
from athanor.experiments.navigation.learners.methods import Method, corrected_method
from athanor.experiments.navigation.learners.runs import evaluate, fresh, train
from athanor.learning.training import Run, SampleTasks
from athanor.results import read_table
from athanor.tasks.navigation.environment import Navigation, Target, navigation

TASKS = 8  # of an episode


class Training(NamedTuple):
    """A trained condition."""

    method: Method
    runs: Run
    distance: Float[np.ndarray, "seed episode"]  # m, after adaptation, mean over the tasks of an episode


def run(
    environment: Environment,
    learners: Learners,
    distributions: Distributions,
    key: PRNGKeyArray,
    held_out: Path,
    distribution: str,
    obstacles: str,
    observation: str,
) -> dict[str, dict[str, np.ndarray]]:
    """Return `ends`: where all runs end at each held-out target, in the order of the table, and their training.

    Every condition starts from the same weights, seed by seed, where the observation is the same.
    """
    train_key, test_key = jax.random.split(key)
    see_goal = sees(observation)
    env = game(environment, distributions, distribution, obstacles, see_goal)
    learner = learners.corrected.model_copy(update=changes(distributions, see_goal))
    what = f"{distribution}, {obstacles}, {observation}: chunk"
    trained = train_on(
        env, learners.networks, learner, fresh(env, TASKS), distributions.seeds, train_key, what
    )
    parts = []
    for level, rows in read_table(held_out).groupby("test_obstacles", sort=False):
        tested = game(environment, distributions, distribution, str(level), see_goal)
        parts.append(held_out_ends(tested, trained, rows, test_key))
    ends = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
    names = {"distribution": distribution, "obstacles": obstacles, "observation": observation}
    return {
        "ends": {
            **{name: np.array(value) for name, value in names.items()},
            **ends,
            "training_distance": trained.distance,
        }
    }


def sees(observation: str) -> bool:
    """Return whether the target is observed; raise ValueError where there is no such observation."""
    if observation not in OBSERVATIONS:
        raise ValueError(f"observation is {observation}, must be one of {', '.join(OBSERVATIONS)}")
    return observation == "visible"


def game(
    environment: Environment, study: Distributions, distribution: str, obstacles: str, see_goal: bool
) -> Navigation:
    """Return the game at a level of obstacles with a distribution of targets; the rules refuse unknown ones."""
    base = rules_of(environment, study.setting, see_goal=see_goal)
    return navigation(replace(base, distribution=distribution, obstacles=obstacles))  # type: ignore[arg-type]


def train_on(
    env: Navigation,
    networks: Networks,
    corrected: Corrected,
    sample_tasks: SampleTasks,
    seeds: int,
    key: PRNGKeyArray,
    what: str,
) -> Training:
    """Train FOMAML with one inner step."""
    method = corrected_method(env, networks, corrected, "fomaml")
    runs, curves = train(method.learner, sample_tasks, corrected.episodes, seeds, key, what)
    return Training(method, runs, np.round(np.asarray(curves.end.distance, float).mean(2), 5))


def held_out_ends(
    env: Navigation, trained: Training, rows: pd.DataFrame, key: PRNGKeyArray
) -> dict[str, Float[np.ndarray, "seed target step"]]:
    """Return distance in metres and return at held-out targets, before and after the inner step."""
    cells = np.rint(rows[["x", "y"]].to_numpy() / env.stride).astype(np.int32)
    ends = evaluate(env, trained.method, trained.runs, Target(jnp.asarray(cells)), key)
    return {"distance": np.asarray(ends.distance), "reward": np.asarray(ends.reward)}
