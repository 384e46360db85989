"""Small linear predictors on standardised features, and how well they predict what they were not fitted to."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats
from jaxtyping import Float
from numpy import ndarray

Features = Float[ndarray, "item feature"]
Outcome = Float[ndarray, "item"]


class Linear(NamedTuple):
    """A linear function of features; of the classifier, the log-odds."""

    mean: Float[ndarray, "feature"]
    scale: Float[ndarray, "feature"]
    weight: Float[ndarray, "feature"]  # per standard deviation
    intercept: float

    def __call__(self, features: Features) -> Outcome:
        """Return the values at items."""
        return standardised(features, self.mean, self.scale) @ self.weight + self.intercept


Fit = Callable[[Features, Outcome], Linear]


def standardised(
    features: Features, mean: Float[ndarray, "feature"], scale: Float[ndarray, "feature"]
) -> Features:
    """Return features in standard deviations from their mean; 0 for one that does not vary."""
    return (features - mean) / np.where(scale > 0, scale, 1.0)


def ridge(features: Features, outcome: Outcome, penalty: float) -> Linear:
    """Return w = (X'X + penalty I)^-1 X'(y - mean y) on standardised X."""
    mean, scale = features.mean(0), features.std(0)
    x = standardised(features, mean, scale)
    gram = x.T @ x + penalty * np.eye(x.shape[1])
    return Linear(mean, scale, np.linalg.solve(gram, x.T @ (outcome - outcome.mean())), float(outcome.mean()))


def logistic(features: Features, share: Outcome, penalty: float) -> Linear:
    """Return the least of sum log(1 + exp(z)) - share z + penalty |w|^2 / 2, z the log-odds of the label.

    `share` is how often each item has the label: 0 or 1 where it is labelled once.
    """
    mean, scale = features.mean(0), features.std(0)
    x = standardised(features, mean, scale)

    def loss(packed: Float[ndarray, "weight"]) -> tuple[float, Float[ndarray, "weight"]]:
        weight, odds = packed[:-1], x @ packed[:-1] + packed[-1]
        pull = scipy.special.expit(odds) - share
        value = (np.logaddexp(0.0, odds) - share * odds).sum() + penalty * weight @ weight / 2
        return float(value), np.append(x.T @ pull + penalty * weight, pull.sum())

    start = np.append(np.zeros(x.shape[1]), 0.0)
    bounds = [(None, None)] * x.shape[1] + [(-10.0, 10.0)]  # finite where all labels are alike
    packed = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Linear(mean, scale, packed[:-1], float(packed[-1]))


def out_of_fold(
    fit: Fit, features: Features, outcome: Outcome, folds: int, rng: np.random.Generator
) -> Outcome:
    """Return predictions for each item by a fit to the items of the other folds."""
    fold = rng.permutation(len(outcome)) % folds
    predicted = np.empty(len(outcome))
    for number in range(folds):
        left_out = fold == number
        predicted[left_out] = fit(features[~left_out], outcome[~left_out])(features[left_out])
    return predicted


def explained(predicted: Float[ndarray, "..."], outcome: Float[ndarray, "..."], axis: int = -1) -> ndarray:
    """Return R^2: 1 less squared errors over squared deviations from the mean."""
    spread = np.square(outcome - outcome.mean(axis, keepdims=True)).sum(axis)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(1.0 - np.square(outcome - predicted).sum(axis) / spread)


def rank_correlation(first: Float[ndarray, "..."], second: Float[ndarray, "..."], axis: int = -1) -> ndarray:
    """Return Spearman's correlation: that of the ranks; NaN where one of them does not vary."""
    ranks = [scipy.stats.rankdata(values, axis=axis) for values in (first, second)]
    a, b = (rank - rank.mean(axis, keepdims=True) for rank in ranks)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((a * b).sum(axis) / np.sqrt(np.square(a).sum(axis) * np.square(b).sum(axis)))


def area_under_curve(
    score: Float[ndarray, "*resample item"], share: Float[ndarray, "*resample item"], axis: int = -1
) -> Float[ndarray, "*resample"]:
    """Return how often something with the label has the higher score than something without, ties half.

    Items count as often as they have the label, and as they have it not; NaN without pairs.
    """
    score, share = np.moveaxis(score, axis, -1), np.moveaxis(share, axis, -1)
    difference = score[..., :, None] - score[..., None, :]
    pairs = share[..., :, None] * (1.0 - share[..., None, :])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((pairs * (1.0 + np.sign(difference)) / 2).sum((-2, -1)) / pairs.sum((-2, -1)))


def accuracy(
    score: Float[ndarray, "*resample item"], share: Float[ndarray, "*resample item"], axis: int = -1
) -> Float[ndarray, "*resample"]:
    """Return how often the label is there where the score is positive, and not where it is not."""
    return np.asarray(np.where(score > 0, share, 1.0 - share).mean(axis))


def base_rate(share: Outcome) -> float:
    """Return the accuracy of always naming the more frequent label."""
    return float(max(share.mean(), 1 - share.mean()))
