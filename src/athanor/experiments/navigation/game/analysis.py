"""Estimate what is said of the exact solution: all of it exact."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Learners
from athanor.reporting.estimands import estimates, of_columns
from athanor.results import read_table
from athanor.tasks.navigation.ends import ROUNDING, behind_the_cross
from athanor.tasks.navigation.rules import OBSTACLE_LEVELS

# Of each setting: name, format, unit, description.
OF_SETTING = (
    ("targets", "d", "targets", "fixed targets"),
    ("targets_reachable", "d", "targets", "within reach in time"),
    ("targets_behind", "d", "targets", "not reached by a walk that always steps nearer"),
    ("smallest_squared_distance", ".3f", "m²", "mean over targets of the smallest squared distance"),
    ("best_return", ".0f", "m²", "mean over targets of the highest return"),
    ("plateau", ".2f", "m²", "mean over targets of the squared distance from where the walk down-left ends"),
)
# Of walking into the cross and staying there: name, format, unit, description.
OF_STAYING = (
    ("staying", "d", "targets", "for which it is best to end in the cross"),
    ("staying_loss", ".2f", "%", "largest loss by it, targets behind the cross"),
)
OF_STAYING_AS_RELEASED = tuple(
    (f"{name}_as_released", spec, unit, text) for name, spec, unit, text in OF_STAYING
)
# Of neighbouring levels of obstacles.
OF_LEVELS = (
    (
        "level_return_least",
        ".1f",
        "m²",
        "highest return less at a level than at the next easier one, the least",
    ),
)
ESTIMANDS = (
    *of_columns("levels", ("setting",), OF_LEVELS),
    *of_columns(
        "released", (), (("advantage_discount", ".4f", "", "discount times gae_lambda, as released"),)
    ),
    *of_columns("settings", ("setting",), OF_SETTING),
    *of_columns("staying", ("setting", "discount"), OF_STAYING),
    *of_columns("as_released", ("setting",), OF_STAYING_AS_RELEASED),
)


def run(
    environment: Environment,
    learners: Learners,
    statistics: Statistics,
    rng: np.random.Generator,
    reachable: Path,
    solved: Path,
) -> dict[str, pd.DataFrame]:
    """Return `estimates/game`."""
    levels = read_table(reachable)
    base = levels.query("obstacles == @environment.obstacles")
    reach = environment.release.reach_squared or 0.0
    targets = base.assign(
        behind=behind_the_cross(base["myopic_distance"].to_numpy(float), reach),
        reached=base["best_squared_distance"] <= reach + ROUNDING,
    )
    released = learners.released
    advantages = released.discount * released.gae_lambda
    found = staying(read_table(solved), targets)
    as_released = found[np.isclose(found["discount"], advantages, rtol=1e-9)]
    tables = {
        "released": pd.DataFrame({"advantage_discount": [advantages]}),
        "settings": by_setting(targets),
        "levels": by_level(levels),
        "staying": found,
        "as_released": as_released.set_index("setting").add_suffix("_as_released").reset_index(),
    }
    return {"estimates/game": estimates("navigation", ESTIMANDS, tables, statistics, rng)}


def by_setting(targets: pd.DataFrame) -> pd.DataFrame:
    """Return what the exact solution says of each setting's targets."""
    return targets.groupby("setting", sort=False, as_index=False).agg(
        targets=("target", "size"),
        targets_reachable=("reached", "sum"),
        targets_behind=("behind", "sum"),
        smallest_squared_distance=("best_squared_distance", "mean"),
        best_return=("best_return", "mean"),
        plateau=("down_left_squared_distance", "mean"),
    )


def by_level(reachable: pd.DataFrame) -> pd.DataFrame:
    """Return by how much the mean highest return falls from a level of obstacles to the next, the least of all."""
    wide = reachable.pivot_table(index="setting", columns="obstacles", values="best_return", sort=False)
    ordered = wide[[level for level in OBSTACLE_LEVELS if level in wide.columns]]
    least = -ordered.diff(axis=1).max(axis=1)
    return least.rename("level_return_least").reset_index()


def staying(solved: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Return for how many targets it is best to end in the cross, and what that loses at most, by setting and discount."""
    table = solved.merge(targets[["setting", "target", "behind"]])
    loss = (100 * (table["stay_return"] / table["best_return"] - 1)).clip(lower=0.0)  # not −1e−16
    by_discount = table.assign(loss=loss.where(table["behind"])).groupby(
        ["setting", "discount"], sort=False, as_index=False
    )
    return by_discount.agg(staying=("ends_in_obstacle", "sum"), staying_loss=("loss", "max"))
