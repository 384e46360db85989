"""Predict from the map alone how near to a held-out target a trained policy ends: features alone and together."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.config import Statistics
from athanor.experiments.navigation import prediction
from athanor.experiments.navigation.config_distributions import DifficultyStudy
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.prediction import Features, Outcome
from athanor.reporting.statistics import Estimate, Statistic, bootstrap
from athanor.results import read_arrays, read_table
from athanor.tasks.navigation.difficulty import Difficulty

FEATURES = Difficulty._fields
TOGETHER = "together"
OUTCOMES = ("excess_distance", "regret")


class Halves(NamedTuple):
    """An outcome by target, mean over every other run: fits see the one half, tests the other."""

    fitted: Outcome
    tested: Outcome


def run(
    environment: Environment,
    difficulty: DifficultyStudy,
    statistics: Statistics,
    key: PRNGKeyArray,
    held_out: Path,
    ends: Path,
) -> dict[str, pd.DataFrame]:
    """Return `difficulty` (one row per target), `difficulty_prediction` and the `difficulty_classifier`.

    `ends` are of the base condition. The classifier that orders a curriculum is fitted to targets of the other
    distributions: a curriculum is tested on those of the base one.
    """
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    table = read_table(held_out)
    base = (table["test_obstacles"] == environment.obstacles).to_numpy()
    targets = table[base].reset_index(drop=True)
    arrays = read_arrays(ends)
    excess = arrays["distance"][:, base, -1] - targets["best_distance"].to_numpy()
    regret = targets["best_return"].to_numpy() - arrays["reward"][:, base, -1]
    finite = np.isfinite(excess).all(1)
    outcomes = {"excess_distance": halves(excess[finite]), "regret": halves(regret[finite])}
    near = (excess[finite] < difficulty.threshold).astype(float)
    easy = halves(near)  # how often
    features = features_of(targets, environment.horizon)
    rows = _predictions(features, outcomes, difficulty, statistics, rng)
    rows += _classifications(features, easy, difficulty, statistics, rng)
    others = (targets["test_distribution"] != environment.distribution).to_numpy()
    fitted = prediction.logistic(features[others], easy.fitted[others], difficulty.penalty)
    targets = targets.assign(
        excess_distance=np.round(excess[finite].mean(0), 5),
        regret=np.round(regret[finite].mean(0), 5),
        easy=np.round(near.mean(0), 5),
        predicted_log_odds=np.round(fitted(features), 5),
    )
    return {
        "difficulty": targets,
        "difficulty_prediction": pd.DataFrame(
            rows, columns=["outcome", "feature", "measure", "value", "low", "high"]
        ),
        "difficulty_classifier": classifier_table(fitted),
    }


def halves(values: Float[np.ndarray, "seed target"]) -> Halves:
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


def _groups(features: Features) -> dict[str, np.ndarray]:
    """Return each feature alone, and all of them."""
    alone = {name: features[:, [column]] for column, name in enumerate(FEATURES)}
    return {**alone, TOGETHER: features}


def _predictions(
    features: Features,
    outcomes: dict[str, Halves],
    study: DifficultyStudy,
    statistics: Statistics,
    rng: np.random.Generator,
) -> list[tuple[str | float, ...]]:
    """Return, for each outcome, rank correlations and R^2 by the features alone and together, out of fold."""
    rows: list[tuple[str | float, ...]] = []
    fit = partial(prediction.ridge, penalty=study.penalty)
    for outcome, (name, chosen) in ((one, group) for one in OUTCOMES for group in _groups(features).items()):
        seen = outcomes[outcome]
        guess = prediction.out_of_fold(fit, chosen, seen.fitted, study.folds, rng)
        r2 = _interval([guess, seen.tested], prediction.explained, statistics, rng)
        ranked = guess if name == TOGETHER else chosen[:, 0]
        correlation = _interval([ranked, seen.tested], prediction.rank_correlation, statistics, rng)
        rows += [(outcome, name, "r2", *r2), (outcome, name, "rank_correlation", *correlation)]
    return rows


def _classifications(
    features: Features,
    easy: Halves,
    study: DifficultyStudy,
    statistics: Statistics,
    rng: np.random.Generator,
) -> list[tuple[str | float, ...]]:
    """Return accuracy and area under the curve of the classifier, out of fold, and the accuracy of the base rate."""
    rows: list[tuple[str | float, ...]] = []
    fit = partial(prediction.logistic, penalty=study.penalty)
    base = prediction.base_rate(easy.tested)
    for name, chosen in _groups(features).items():
        odds = prediction.out_of_fold(fit, chosen, easy.fitted, study.folds, rng)
        area = _interval([odds, easy.tested], prediction.area_under_curve, statistics, rng)
        share = _interval([odds, easy.tested], prediction.accuracy, statistics, rng)
        rows += [("easy", name, "area_under_curve", *area), ("easy", name, "accuracy", *share)]
    return [*rows, ("easy", "none", "accuracy", base, base, base)]


def _interval(
    samples: list[Outcome], statistic: Statistic, statistics: Statistics, rng: np.random.Generator
) -> Estimate:
    """Estimate a statistic of pairs by resampling targets."""
    return bootstrap(
        samples,
        statistic,
        rng,
        confidence=statistics.confidence,
        resamples=statistics.bootstrap_samples,
        method="percentile",
    )
