"""Say how hard each held-out target of the base level of obstacles was, and fit a classifier to features of the map."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.navigation.distributions import prediction
from athanor.experiments.navigation.distributions.config import DifficultyStudy
from athanor.experiments.navigation.distributions.prediction import Features, Outcome
from athanor.experiments.navigation.game.config import Environment
from athanor.results import read_arrays, read_table
from athanor.tasks.navigation.difficulty import Difficulty

FEATURES = Difficulty._fields
ByRun = Float[np.ndarray, "seed target"]


class Missed(NamedTuple):
    """What the runs that did not diverge miss at each target."""

    excess_distance: ByRun  # m, beyond the reachable optimum
    regret: ByRun  # m^2, the optimal return less the return
    easy: ByRun  # 1 where a run ends near the optimum, else 0


class Halves(NamedTuple):
    """An outcome by target, mean over every other run: fits see the one half, tests the other."""

    fitted: Outcome
    tested: Outcome


def run(
    environment: Environment, difficulty: DifficultyStudy, held_out: Path, ends: Path
) -> dict[str, pd.DataFrame]:
    """Return `difficulty` (one row per target) and the `difficulty_classifier`.

    `ends` are of the base condition. The classifier that orders a curriculum is fitted to targets of the other
    distributions: a curriculum is tested on those of the base one.
    """
    targets, missed = outcomes(environment, difficulty.threshold, held_out, ends)
    features = features_of(targets, environment.horizon)
    others = (targets["test_distribution"] != environment.distribution).to_numpy()
    easy = halves(missed.easy).fitted
    fitted = prediction.logistic(features[others], easy[others], difficulty.penalty)
    means = {name: np.round(values.mean(0), 5) for name, values in missed._asdict().items()}
    return {
        "difficulty": targets.assign(**means, predicted_log_odds=np.round(fitted(features), 5)),
        "difficulty_classifier": classifier_table(fitted),
    }


def outcomes(
    environment: Environment, threshold: float, held_out: Path, ends: Path
) -> tuple[pd.DataFrame, Missed]:
    """Return the targets of the base level of obstacles, and what runs miss at them; near is below the threshold, in m."""
    table, arrays = read_table(held_out), read_arrays(ends)
    base = (table["test_obstacles"] == environment.obstacles).to_numpy()
    targets = table[base].reset_index(drop=True)
    excess = arrays["distance"][:, base, -1] - targets["best_distance"].to_numpy()
    regret = targets["best_return"].to_numpy() - arrays["reward"][:, base, -1]
    finite = np.isfinite(excess).all(1)
    near = (excess[finite] < threshold).astype(float)
    return targets, Missed(excess[finite], regret[finite], near)


def halves(values: ByRun) -> Halves:
    """Return the means over every other run."""
    return Halves(np.asarray(values[::2].mean(0), float), np.asarray(values[1::2].mean(0), float))


def features_of(targets: pd.DataFrame, horizon: int) -> Features:
    """Return the features of targets; one that cannot be reached counts as a horizon away."""
    features = targets[list(FEATURES)].to_numpy(float)
    return np.where(np.isfinite(features), features, float(horizon))


def classifier_table(fitted: prediction.Linear) -> pd.DataFrame:
    """Return the classifier as one row per feature; the intercept, which moves no order, stands in each."""
    columns = {"mean": fitted.mean, "scale": fitted.scale, "weight": fitted.weight}
    return pd.DataFrame({"feature": FEATURES, **columns, "intercept": fitted.intercept})


def classifier(table: pd.DataFrame) -> prediction.Linear:
    """Return the classifier of a table."""
    rows = table.set_index("feature").loc[list(FEATURES)]
    mean, scale, weight = (rows[name].to_numpy(float) for name in ("mean", "scale", "weight"))
    return prediction.Linear(mean, scale, weight, float(rows["intercept"].iloc[0]))
