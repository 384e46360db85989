"""Draw the held-out targets of each distribution and level of obstacles, and solve the game for them."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, Int, PRNGKeyArray

from athanor.experiments.navigation.distributions.config import Distributions
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.difficulty import difficulty
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import ObstacleLevel, Rules


def run(environment: Environment, distributions: Distributions, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `held_out`: one row per distribution, level and target, with what is optimal and how hard it is.

    Training draws from the same distributions with other keys.
    """
    keys = jax.random.split(key, len(distributions.obstacles))
    tables = [
        _of_level(environment, distributions, level, key)
        for level, key in zip(distributions.obstacles, keys, strict=True)
    ]
    return {"held_out": pd.concat(tables, ignore_index=True)}


def _of_level(
    environment: Environment, study: Distributions, level: ObstacleLevel, key: PRNGKeyArray
) -> pd.DataFrame:
    rules = rules_of(environment, study.setting, level)
    drawn = []
    for distribution, one in zip(
        study.distributions, jax.random.split(key, len(study.distributions)), strict=True
    ):
        tasks = navigation(replace(rules, distribution=distribution)).sample_tasks(one, study.targets)
        drawn.append(np.asarray(tasks.cell))
    cells = np.concatenate(drawn)
    return pd.DataFrame(
        {
            "test_distribution": np.repeat(study.distributions, study.targets),
            "test_obstacles": level,
            "target": np.tile(np.arange(study.targets), len(drawn)),
            "x": np.round(cells[:, 0] * rules.stride, 5),
            "y": np.round(cells[:, 1] * rules.stride, 5),
            "best_distance": nearest(rules, cells),
            "best_return": np.round(exact.solve(rules, cells).value, 2),
            **difficulty(rules, cells)._asdict(),
        }
    )


def nearest(rules: Rules, cells: Int[np.ndarray, "target 2"]) -> Float[np.ndarray, "target"]:
    """Return the smallest distance, in metres, at which an episode can end.

    The objective's weight of the squared distance, a multiple of 0.01, leaves rewards below its last digit.
    """
    value = exact.solve(rules, cells, exact.NEAREST).value
    return np.round(np.sqrt(np.round(-value / exact.NEAREST.final_weight, 2)), 5)
