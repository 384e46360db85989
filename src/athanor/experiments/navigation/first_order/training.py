"""Train MAML or FOMAML under a reading, and see where the trained policies end: the published Figure 3."""

from itertools import count
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.experiments.navigation.first_order.conditions import ALGORITHMS, GROUPS, length
from athanor.experiments.navigation.first_order.config import FirstOrder
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import (
    Algorithm,
    Learners,
)
from athanor.experiments.navigation.learners.methods import End, Method, end_of, method
from athanor.experiments.navigation.learners.runs import always, record, squared_distances, train
from athanor.learning.policy_gradient import Measure
from athanor.learning.rollout import Rollout
from athanor.learning.training import Run
from athanor.tasks.navigation.ends import on_obstacle
from athanor.tasks.navigation.environment import Navigation, Target, navigation
from athanor.tasks.navigation.rules import Rules, target_cells

Cells = Int[np.ndarray, "target 2"]


class Episode(NamedTuple):
    """What is recorded of an episode of a trained policy."""

    end: End
    path: Float[Array, "*batch position 2"]  # m, observed positions, the start first


def run(
    environment: Environment,
    learners: Learners,
    first_order: FirstOrder,
    key: PRNGKeyArray,
    reading: str,
    algorithm: str,
) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `final_distances` (one row per target, seed and inner step), `curves` of training, and `paths`.

    Both algorithms start from the same weights, seed by seed, and meet the same targets.
    """
    train_key, held_out_key, play_key = jax.random.split(key, 3)
    env = navigation(rules_of(environment, first_order.setting))
    points = environment.setting(first_order.setting).targets
    fixed = target_cells(env, points)
    episodes = length(first_order, reading, learners.corrected.episodes)
    chosen = method(env, learners, reading, known(algorithm), episodes=episodes)
    tasks, what = always(env.targets_at(points)), f"{reading}, {algorithm}: chunk"
    runs, curves = train(chosen.learner, tasks, episodes, learners.corrected.seeds, train_key, what)
    cells = np.concatenate([fixed, held_out(env, fixed, first_order.held_out, held_out_key)])
    played = play(env, chosen, runs, cells, first_order.trajectories, play_key)
    of_run = {"reading": reading, "algorithm": algorithm}
    table = final_distances(env, played.end, cells, len(fixed), first_order.near)
    shown = played.path[:, list(first_order.shown_targets), -1, : first_order.shown_trajectories]
    return {
        "final_distances": table.assign(**of_run)[[*of_run, *table.columns]],
        "curves": {
            **{name: np.array(value) for name, value in of_run.items()},
            "squared_distance": squared_distances(curves.end, len(fixed)),
        },
        "paths": {
            **{name: np.array(value) for name, value in of_run.items()},
            "position": np.round(shown, 2),  # axes (seed, target, trajectory, position, 2)
            "target": fixed[list(first_order.shown_targets)] * env.stride,
        },
    }


def known(algorithm: str) -> Algorithm:
    """Return the algorithm of that name, or say in one line which are compared."""
    for name in ALGORITHMS:
        if name == algorithm:
            return name
    raise ValueError(f"algorithm is {algorithm}, must be one of {', '.join(ALGORITHMS)}")


def held_out(
    env: Navigation, fixed: Int[np.ndarray, "fixed 2"], number: int, key: PRNGKeyArray
) -> Int[np.ndarray, "held_out 2"]:
    """Draw a batch of targets from the distribution, again until none of it is trained on."""
    for attempt in count():
        drawn = np.asarray(env.sample_tasks(jax.random.fold_in(key, attempt), number).cell)
        if not (drawn[:, None] == fixed[None]).all(-1).any():
            return drawn
    raise AssertionError


def play(
    env: Navigation, chosen: Method, runs: Run, cells: Cells, trajectories: int, key: PRNGKeyArray
) -> Episode:
    """Return episodes of the trained policies: axes (seed, target, inner step, trajectory).

    Each adaptation sees as many trajectories as in training, and there are as many as it takes. A reading whose inner
    loop changes nothing has no inner step.
    """
    repeats = -(-trajectories // chosen.gradient.trajectories)
    tasks = Target(jnp.asarray(np.tile(cells, (repeats, 1))))
    played = record(env, chosen, runs, tasks, key, episode_of(env))
    steps = chosen.inner.steps + 1 if chosen.inner.rate else 1

    def by_target(leaf: np.ndarray) -> np.ndarray:
        split = leaf.reshape(leaf.shape[0], repeats, len(cells), *leaf.shape[2:])[:, :, :, :steps]
        joined = np.moveaxis(split, 1, 3)
        return joined.reshape(*joined.shape[:3], -1, *joined.shape[5:])

    return Episode(*jax.tree.map(by_target, tuple(played)))


def episode_of(env: Navigation) -> Measure:
    """Return the measure that records the end and the path of an episode."""
    end = end_of(env)

    def measure(task: Target, rollout: Rollout) -> Episode:
        return Episode(end(task, rollout), rollout.observation[:, :2])

    return measure


def final_distances(rules: Rules, end: End, cells: Cells, fixed: int, near: float) -> pd.DataFrame:
    """Return what trained policies reach: means over trajectories, `fixed` targets first.

    `in_cross` and `near` are the shares of trajectories that end on an obstacle and within `near` metres.
    """
    distance = np.asarray(end.distance, float)
    finite = np.isfinite(distance)
    shares = {"in_cross": on_obstacle(rules, np.asarray(end.cell, float)), "near": distance <= near}
    values = {
        "distance": distance,
        "squared_distance": np.asarray(end.squared_distance, float),
        "reward": np.asarray(end.reward, float),
        **{name: np.where(finite, share, np.nan) for name, share in shares.items()},
    }
    seed, target, step = (axis.ravel() for axis in np.indices(distance.shape[:3]))
    return pd.DataFrame(
        {
            "targets": np.where(target < fixed, *GROUPS),
            "target": np.where(target < fixed, target, target - fixed),
            "x": np.round(cells[target, 0] * rules.stride, 2),
            "y": np.round(cells[target, 1] * rules.stride, 2),
            "seed": seed,
            "step": step,
            **{name: np.round(value.mean(3), 5).ravel() for name, value in values.items()},
        }
    )
