"""Place every training condition on every test condition's scale, and estimate what variation costs and how difficulty is predicted."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.distributions import by_level, by_target
from athanor.experiments.navigation.distributions.conditions import conditions
from athanor.experiments.navigation.distributions.config import Distributions
from athanor.experiments.navigation.distributions.estimands import (
    ESTIMANDS,
    diverged,
    mean_by_run,
    same_condition,
    scores,
)
from athanor.experiments.navigation.distributions.prediction import base_rate
from athanor.experiments.navigation.distributions.scale import score, with_start
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.estimands import estimates
from athanor.results import Arrays, read_arrays, read_table

TEST = ["test_distribution", "test_obstacles"]


def run(
    environment: Environment,
    distributions: Distributions,
    statistics: Statistics,
    rng: np.random.Generator,
    held_out: Path,
    trained: tuple[Path, ...],
    predictions: Path,
    targets: Path,
) -> dict[str, pd.DataFrame]:
    """Return `generalisation` and `estimates/distributions`."""
    rows = with_start(read_table(held_out), rules_of(environment, distributions.setting).start)
    matrix = pd.concat([matrix_rows(read_arrays(path), rows) for path in trained], ignore_index=True)
    tables = {
        **of_matrix(matrix, statistics),
        "study": pd.DataFrame(
            {
                "distribution_conditions": [len(conditions(distributions))],
                "distribution_runs_diverged": diverged(matrix),
            }
        ),
        "narrow": by_target.wide_cost(
            pd.concat(by_target.narrow_rows(read_arrays(path), rows) for path in trained)
        ),
        "wide": by_target.narrow_cost(
            pd.concat(by_target.wide_rows(read_arrays(path), rows) for path in trained)
        ),
        "difficulty": of_difficulty(read_table(targets)),
        "predictions": read_table(predictions).query("feature != 'none'"),
    }
    return {
        "generalisation": matrix,
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
