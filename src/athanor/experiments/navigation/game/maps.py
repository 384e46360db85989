"""Write down the maps: the obstacles of every level, and the walk that only ever goes down-left."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import SETTINGS, Environment
from athanor.tasks.navigation.environment import Target, navigation
from athanor.tasks.navigation.play import constant_tables, play_tables
from athanor.tasks.navigation.rules import DOWN_LEFT, OBSTACLE_LEVELS, Rules, target_cells


def run(environment: Environment) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `obstacles` (one row per segment) and `down_left`, the walk by setting at the base obstacle level."""
    rows = [
        (setting, level, *rules_of(environment, setting).start, *first, *last)
        for setting in SETTINGS
        for level in OBSTACLE_LEVELS
        for first, last in rules_of(environment, setting, level).segments
    ]
    columns = ["setting", "obstacles", "start_x", "start_y", "x", "y", "x_end", "y_end"]
    walks = {
        str(setting): _down_left(rules_of(environment, setting), environment.setting(setting).targets[0])
        for setting in SETTINGS
    }
    return {"obstacles": pd.DataFrame(rows, columns=columns), "down_left": walks}


def _down_left(rules: Rules, target: tuple[float, float]) -> Float[np.ndarray, "position 2"]:
    """Return the positions of the walk; which target it misses makes no difference."""
    env = navigation(rules)
    task = Target(jnp.asarray(target_cells(rules, (target,))))
    return np.asarray(play_tables(env, task, constant_tables(env, DOWN_LEFT, 1)).position[0])
