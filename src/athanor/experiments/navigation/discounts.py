"""Solve the game under discounted returns, and compare with walking down-left into the cross and staying there.

The released advantages discount by discount times trace: what a policy gradient with them improves is, without a
fitted critic, the return under that product.
"""

import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int

from athanor.experiments.navigation.config_game import Discounts, Environment
from athanor.experiments.navigation.section import SettingName
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.environment import Navigation, Target, navigation
from athanor.tasks.navigation.play import constant_tables, play_tables
from athanor.tasks.navigation.rules import DOWN_LEFT, MOVES, Rules, blocked_cells, target_cells


def run(environment: Environment, discounts: Discounts) -> dict[str, pd.DataFrame]:
    """Return `discounts`: a row a setting, discount and target, at the base obstacle level."""
    return {"discounts": pd.concat([_setting(environment, discounts, name) for name in discounts.settings])}


def _setting(environment: Environment, discounts: Discounts, name: SettingName) -> pd.DataFrame:
    env = navigation(environment.rules(name))
    cells = target_cells(env, environment.setting(name).targets)
    rewards = _down_left_rewards(env, cells)
    return pd.concat([_table(name, env, cells, rewards, discount) for discount in discounts.discounts])


def _table(
    name: str,
    env: Navigation,
    cells: Int[np.ndarray, "target 2"],
    rewards: Float[np.ndarray, "target time"],
    discount: float,
) -> pd.DataFrame:
    solution = exact.solve(env, cells, exact.Objective(discount, 0.0))
    ends = final_cells(env, cells, solution.action)
    stay_return = rewards @ discount ** np.arange(env.horizon)
    return pd.DataFrame(
        {
            "setting": name,
            "discount": discount,
            "target": range(len(cells)),
            "x": np.round(cells[:, 0] * env.stride, 2),
            "y": np.round(cells[:, 1] * env.stride, 2),
            "best_return": solution.value,
            "stay_return": stay_return,
            "squared_distance": np.round(((ends - cells) ** 2).sum(1) * env.stride**2, 2),
            "ends_in_obstacle": on_obstacle(env, ends),
        }
    )


def final_cells(
    env: Navigation, cells: Int[np.ndarray, "target 2"], actions: Int[np.ndarray, "target time x y"]
) -> Int[np.ndarray, "target 2"]:
    """Follow the policy for each target; return the last cell entered."""
    targets = np.arange(len(cells))
    ends = np.tile(env.start_cell, (len(cells), 1))
    for time in range(env.moves):
        entered = ends + MOVES[actions[targets, time, ends[:, 0], ends[:, 1]]]
        if env.outside == "clip":
            entered = np.clip(entered, 0, env.last_cell)
        held = on_obstacle(env, ends if env.at_obstacles == "freeze" else entered)
        reached = (((ends - cells) ** 2).sum(1) <= env.reach_cells) & (time > 0)
        ends = np.where((held | reached)[:, None], ends, entered)
    return ends


def on_obstacle(rules: Rules, cells: Int[np.ndarray, "*batch 2"]) -> Bool[np.ndarray, "*batch"]:
    """Tell which cells lie on an obstacle; none outside the square does."""
    inside = ((cells >= 0) & (cells <= rules.last_cell)).all(-1)
    x, y = np.moveaxis(np.clip(cells, 0, rules.last_cell), -1, 0)
    return inside & blocked_cells(rules)[x, y]


def _down_left_rewards(
    env: Navigation, cells: Int[np.ndarray, "target 2"]
) -> Float[np.ndarray, "target time"]:
    walk = play_tables(env, Target(jnp.asarray(cells)), constant_tables(env, DOWN_LEFT, len(cells)))
    return np.round(np.asarray(walk.reward, float), 2)
