"""Solve the game under discounted returns, and compare with walking down-left into the cross and staying there.

The released advantages discount by discount times gae_lambda: what a policy gradient with them improves is, without a
fitted critic, the return under that product.
"""

import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Discounts, Environment, SettingName
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.ends import final_cells, on_obstacle
from athanor.tasks.navigation.environment import Navigation, Target, navigation
from athanor.tasks.navigation.play import constant_tables, play_tables
from athanor.tasks.navigation.rules import DOWN_LEFT, target_cells


def run(environment: Environment, discounts: Discounts) -> dict[str, pd.DataFrame]:
    """Return `discounts`: one row per setting, discount and target, at the base obstacle level."""
    return {"discounts": pd.concat([_setting(environment, discounts, name) for name in discounts.settings])}


def _setting(environment: Environment, discounts: Discounts, name: SettingName) -> pd.DataFrame:
    env = navigation(rules_of(environment, name))
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


def _down_left_rewards(
    env: Navigation, cells: Int[np.ndarray, "target 2"]
) -> Float[np.ndarray, "target time"]:
    walk = play_tables(env, Target(jnp.asarray(cells)), constant_tables(env, DOWN_LEFT, len(cells)))
    return np.round(np.asarray(walk.reward, float), 2)
