"""Solve the game exactly for every fixed target: how near one can get, what return can be had, and on which way.

The reference line of every plot, the plateau of a policy that walks into the cross, and how hard each target is.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import SETTINGS, Environment, SettingName
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.difficulty import difficulty
from athanor.tasks.navigation.environment import Navigation, Target, navigation
from athanor.tasks.navigation.play import Walk, constant_tables, play_tables
from athanor.tasks.navigation.rules import DOWN_LEFT, OBSTACLE_LEVELS, ObstacleLevel, target_cells


class Case(NamedTuple):
    """One map: a setting of the rules at an obstacle level."""

    setting: SettingName
    obstacles: ObstacleLevel


class Walks(NamedTuple):
    """Episodes to each target by three policies."""

    best_return: Walk
    nearest: Walk
    down_left: Walk  # into the cross, where there is one


def run(environment: Environment) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `reachable` (one row per setting, obstacle level and target) and `reachable_paths`, the optimal ways."""
    tables, paths = [], {}
    for case in (Case(setting, level) for setting in SETTINGS for level in OBSTACLE_LEVELS):
        env = navigation(rules_of(environment, *case))
        cells = target_cells(env, environment.setting(case.setting).targets)
        walks = _walks(env, cells)
        tables.append(_table(case, env, cells, walks))
        paths["_".join(case)] = np.asarray(walks.best_return.position)
    return {"reachable": pd.concat(tables, ignore_index=True), "reachable_paths": paths}


def _walks(env: Navigation, cells: np.ndarray) -> Walks:
    down_left = np.repeat(constant_tables(env, DOWN_LEFT, len(cells)), env.horizon, axis=1)
    solved = [exact.solve(env, cells, objective).action for objective in (exact.RETURN, exact.NEAREST)]
    policies = np.concatenate([*solved, down_left])  # in one call: it compiles once
    walks = play_tables(env, Target(jnp.asarray(np.tile(cells, (3, 1)))), jnp.asarray(policies))
    return Walks(*(Walk(*fields) for fields in zip(*(np.split(field, 3) for field in walks), strict=True)))


def _table(case: Case, env: Navigation, cells: np.ndarray, walks: Walks) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **case._asdict(),
            "target": range(len(cells)),
            "x": _numbers(cells[:, 0] * env.stride),
            "y": _numbers(cells[:, 1] * env.stride),
            "best_squared_distance": _numbers(walks.nearest.squared_distance),
            "best_return": _return(walks.best_return),
            "squared_distance_at_best_return": _numbers(walks.best_return.squared_distance),
            "return_at_best_distance": _return(walks.nearest),
            "steps": np.asarray(walks.best_return.steps),
            "down_left_squared_distance": _numbers(walks.down_left.squared_distance),
            "down_left_return": _return(walks.down_left),
            **difficulty(env, cells)._asdict(),
        }
    )


def _return(walk: Walk) -> np.ndarray:
    return _numbers(np.asarray(walk.reward, float).sum(-1))


def _numbers(values: np.ndarray | jax.Array) -> np.ndarray:
    """Return numbers in float64, rounded to hundredths, of which squared distances are multiples."""
    return np.round(np.asarray(values, float), 2)
