"""Place every training condition on every test condition's scale, compare orders of tasks, and estimate both."""

from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.distributions import by_level, by_target
from athanor.experiments.navigation.distributions.conditions import conditions
from athanor.experiments.navigation.distributions.config import Curriculum, Distributions
from athanor.experiments.navigation.distributions.estimands import (
    ESTIMANDS,
    diverged,
    gains,
    mean_by_run,
    same_condition,
    scores,
)
from athanor.experiments.navigation.distributions.prediction import base_rate
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.estimands import estimates
from athanor.results import Arrays, read_arrays, read_table

TEST = ["test_distribution", "test_obstacles"]
FIXED = "fixed_eight"


def run(
    environment: Environment,
    distributions: Distributions,
    curriculum: Curriculum,
    statistics: Statistics,
    rng: np.random.Generator,
    held_out: Path,
    reachable: Path,
    trained: tuple[Path, ...],
    ordered: tuple[Path, ...],
    predictions: Path,
    targets: Path,
) -> dict[str, pd.DataFrame]:
    """Return `generalisation`, `curriculum`, `curriculum_training` and `estimates/distributions`."""
    rows = with_start(read_table(held_out), rules_of(environment, distributions.setting).start)
    fixed = eight(environment, distributions, read_table(reachable))
    base = rows.query(
        "test_distribution == @environment.distribution and test_obstacles == @environment.obstacles"
    )
    arrays = [read_arrays(path) for path in ordered]
    matrix = pd.concat([matrix_rows(read_arrays(path), rows) for path in trained], ignore_index=True)
    orders = pd.concat([order_rows(part, base, fixed) for part in arrays], ignore_index=True)
    by_order = pd.concat([by_target.order_rows(part, base) for part in arrays], ignore_index=True)
    training = pd.concat([training_rows(part, curriculum.frame) for part in arrays], ignore_index=True)
    tables = {
        **of_matrix(matrix, statistics),
        "study": pd.DataFrame(
            {
                "distribution_conditions": [len(conditions(distributions))],
                "distribution_runs_diverged": diverged(matrix),
            }
        ),
        "orders": orders[orders["tested_on"] == FIXED],
        "narrow": by_target.wide_cost(
            pd.concat(by_target.narrow_rows(read_arrays(path), rows) for path in trained)
        ),
        "gains": gains(orders[orders["tested_on"] == FIXED]),
        "wide": by_target.narrow_cost(
            pd.concat(by_target.wide_rows(read_arrays(path), rows) for path in trained)
        ),
        "target_orders": by_order,
        "target_gains": gains(by_order),
        "difficulty": of_difficulty(read_table(targets)),
        "predictions": read_table(predictions).query("feature != 'none'"),
    }
    return {
        "generalisation": matrix,
        "curriculum": orders,
        "curriculum_training": training,
        "estimates/distributions": estimates("navigation", ESTIMANDS, tables, statistics, rng),
    }


def of_matrix(matrix: pd.DataFrame, statistics: Statistics) -> dict[str, pd.DataFrame]:
    """Return means of parts of the matrix by run, and those where trained by level of obstacles."""
    where_trained = matrix[same_condition(matrix)]
    own = mean_by_run(where_trained, ("observation", "train_obstacles", "seed")).reset_index()
    return {
        "scores": scores(matrix),
        "own": own,
        "level_steps": by_level.level_steps(own),
        "told_apart": by_level.told_apart(where_trained, statistics),
    }


def of_difficulty(targets: pd.DataFrame) -> pd.DataFrame:
    """Return how many targets there are, and how often they are easy."""
    easy = targets["easy"].to_numpy(float)
    row = {
        "difficulty_targets": len(targets),
        "difficulty_easy": easy.mean(),
        "difficulty_base_rate": base_rate(easy),
    }
    return pd.DataFrame([row])


def with_start(held_out: pd.DataFrame, start: tuple[float, float]) -> pd.DataFrame:
    """Return targets with their distance from the start, where a policy that does nothing ends."""
    return held_out.assign(start_distance=np.hypot(held_out["x"] - start[0], held_out["y"] - start[1]))


def eight(environment: Environment, study: Distributions, reachable: pd.DataFrame) -> pd.DataFrame:
    """Return the fixed targets of the base level as held-out ones are given."""
    rows = reachable.query("setting == @study.setting and obstacles == @environment.obstacles")
    rows = rows.sort_values("target").assign(best_distance=np.sqrt(rows["best_squared_distance"]))
    return with_start(rows, rules_of(environment, study.setting).start)


def score(distance: Float[np.ndarray, "seed target"], targets: pd.DataFrame) -> Float[np.ndarray, "seed"]:
    """Return how much of the way from the start to the optimum is covered, mean distances over the targets.

    1 - sum(d - best) / sum(start - best): 0 for a policy that does nothing, 1 for the optimum, below 0 further off.
    """
    return np.asarray(by_target.target_scores(distance, targets).mean(1), float)


def matrix_rows(ends: Arrays, targets: pd.DataFrame) -> pd.DataFrame:
    """Return one row per test condition and seed of one training condition, after the inner step."""
    tables = []
    for test, rows in targets.groupby(TEST, sort=False):
        chosen = rows.index.to_numpy()
        before, after = (np.asarray(ends["distance"][:, chosen, step], float) for step in (0, -1))
        table = pd.DataFrame(
            {
                "train_distribution": str(ends["distribution"]),
                "train_obstacles": str(ends["obstacles"]),
                "observation": str(ends["observation"]),
                **dict(zip(TEST, test, strict=True)),
                "seed": range(len(after)),
                "distance": after.mean(1),
                "reward": np.asarray(ends["reward"][:, chosen, -1], float).mean(1),
                "score": score(after, rows),
                "score_before": score(before, rows),
            }
        )
        tables.append(table)
    return pd.concat(tables, ignore_index=True).round(
        {"distance": 5, "reward": 2, "score": 5, "score_before": 5}
    )


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
