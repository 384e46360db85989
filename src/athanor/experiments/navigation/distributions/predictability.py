"""Measure how well features of the map predict how near to a held-out target a trained policy ends, out of fold."""

from functools import partial
from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.distributions import prediction
from athanor.experiments.navigation.distributions.config import DifficultyStudy
from athanor.experiments.navigation.distributions.difficulty import (
    FEATURES,
    Halves,
    features_of,
    halves,
    outcomes,
)
from athanor.experiments.navigation.distributions.prediction import Features, Outcome
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.statistics import Estimate, Statistic, bootstrap

TOGETHER = "together"
OUTCOMES = ("excess_distance", "regret")
COLUMNS = ["outcome", "feature", "measure", "value", "low", "high"]


def run(
    environment: Environment,
    difficulty: DifficultyStudy,
    statistics: Statistics,
    key: PRNGKeyArray,
    held_out: Path,
    ends: Path,
) -> dict[str, pd.DataFrame]:
    """Return `difficulty_prediction`: measures of each outcome by each feature alone and by all together."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    targets, missed = outcomes(environment, difficulty.threshold, held_out, ends)
    features = features_of(targets, environment.horizon)
    seen = {name: halves(getattr(missed, name)) for name in OUTCOMES}
    rows = _predictions(features, seen, difficulty, statistics, rng)
    rows += _classifications(features, halves(missed.easy), difficulty, statistics, rng)
    return {"difficulty_prediction": pd.DataFrame(rows, columns=COLUMNS)}


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
    )
