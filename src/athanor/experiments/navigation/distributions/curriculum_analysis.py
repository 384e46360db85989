"""Compare orders of tasks in training, and estimate what they bring."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.distributions import by_target
from athanor.experiments.navigation.distributions.config import Curriculum, Distributions
from athanor.experiments.navigation.distributions.estimands import SCALE
from athanor.experiments.navigation.distributions.scale import score, with_start
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.estimands import estimates, of_columns
from athanor.results import Arrays, read_arrays, read_table

FIXED = "fixed_eight"
# On each set of targets: name, format, unit, description.
ORDER_SCORE = (("order_score", ".3f", "", SCALE),)
ORDER_GAIN = (("order_gain", ".3f", "", "score less that of order uniform"),)
ESTIMANDS = (
    *of_columns("orders", ("order", "tested_on"), ORDER_SCORE, value="score", over="seed"),
    *of_columns("gains", ("order", "tested_on"), ORDER_GAIN, value="gain", over="seed"),
    *of_columns(
        "target_orders", ("order", "tested_on"), ORDER_SCORE, value="score", over="seed", across="target"
    ),
    *of_columns(
        "target_gains", ("order", "tested_on"), ORDER_GAIN, value="gain", over="seed", across="target"
    ),
)


def run(
    environment: Environment,
    distributions: Distributions,
    curriculum: Curriculum,
    statistics: Statistics,
    rng: np.random.Generator,
    held_out: Path,
    reachable: Path,
    ordered: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `curriculum`, `curriculum_training` and `estimates/curriculum`."""
    rows = with_start(read_table(held_out), rules_of(environment, distributions.setting).start)
    base = rows.query(
        "test_distribution == @environment.distribution and test_obstacles == @environment.obstacles"
    )
    fixed = eight(environment, distributions, read_table(reachable))
    ends = [read_arrays(path) for path in ordered]
    orders = pd.concat([order_rows(one, base, fixed) for one in ends], ignore_index=True)
    on_fixed = orders[orders["tested_on"] == FIXED]
    by_order = pd.concat([by_target.order_rows(one, base) for one in ends], ignore_index=True)
    tables = {
        "orders": on_fixed,
        "gains": gains(on_fixed),
        "target_orders": by_order,
        "target_gains": gains(by_order),
    }
    return {
        "curriculum": orders,
        "curriculum_training": pd.concat(
            [training_rows(one, curriculum.frame) for one in ends], ignore_index=True
        ),
        "estimates/curriculum": estimates("navigation", ESTIMANDS, tables, statistics, rng),
    }


def eight(environment: Environment, study: Distributions, reachable: pd.DataFrame) -> pd.DataFrame:
    """Return the fixed targets of the base level as held-out ones are given."""
    rows = reachable.query("setting == @study.setting and obstacles == @environment.obstacles")
    rows = rows.sort_values("target").assign(best_distance=np.sqrt(rows["best_squared_distance"]))
    return with_start(rows, rules_of(environment, study.setting).start)


def order_rows(ends: Arrays, held_out: pd.DataFrame, fixed: pd.DataFrame) -> pd.DataFrame:
    """Return one row per seed and set of targets of one order."""
    tables = []
    for tested, name, rows in (("held_out", "distance", held_out), (FIXED, "distance_fixed", fixed)):
        distance = np.asarray(ends[name][:, :, -1], float)
        table = {"order": str(ends["order"]), "tested_on": tested, "seed": range(len(distance))}
        tables.append(pd.DataFrame({**table, "distance": distance.mean(1), "score": score(distance, rows)}))
    return pd.concat(tables, ignore_index=True).round({"distance": 5, "score": 5})


def training_rows(ends: Arrays, frame: int) -> pd.DataFrame:
    """Return the training curve of one order: distances at the tasks of the episodes, mean over a frame of them."""
    distance = ends["training_distance"]
    seeds, episodes = distance.shape
    ends_at = np.arange(frame, episodes + 1, frame)
    means = np.stack([distance[:, end - frame : end].mean(1) for end in ends_at], axis=1)
    return pd.DataFrame(
        {
            "order": str(ends["order"]),
            "seed": np.repeat(np.arange(seeds), len(ends_at)),
            "episode": np.tile(ends_at, seeds),
            "distance": np.round(means.ravel(), 5),
        }
    )


def gains(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the score of each other order less that of order uniform, run by run, and by target where rows have one."""
    keys = [name for name in ("order", "tested_on", "seed", "target") if name in orders.columns]
    scores = orders.set_index(keys)["score"]
    gain = scores.drop("uniform", level="order") - scores.loc["uniform"]
    return gain.rename("gain").reset_index()
