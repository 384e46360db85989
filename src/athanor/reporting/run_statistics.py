"""Statistics of training runs, as functions of how often each run is drawn: means, and three meanings of "stable".

A bootstrap over seeds draws runs with replacement. A statistic of pairs then counts pairs of different runs only:
the difference of a run from its own copy is 0 and would bias it downwards.
"""

import numpy as np
import scipy.special
from jaxtyping import Float

from athanor.reporting.intervals import ROUNDING, tails
from athanor.reporting.statistics import Estimate

MEAN, STATISTICS = "mean", ("within_frame", "across_seeds", "two_runs")
Runs = Float[np.ndarray, "seed episode"]
Weights = Float[np.ndarray, "resample seed"]  # how often each run is drawn
Replicates = Float[np.ndarray, "resample"]


def resamples(rng: np.random.Generator, seeds: int, count: int) -> Weights:
    """Return how often each seed is drawn in each of `count` resamples; the first row is the sample itself."""
    drawn = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=count).astype(float)
    return np.concatenate([np.ones((1, seeds)), drawn])


def frame_statistics(frame: Runs, weights: Weights) -> dict[str, Replicates]:
    """Return the mean and the three statistics of a frame's episodes for each resample.

    * mean: over episodes and runs;
    * within_frame: standard deviation over the episodes of a run, mean over runs;
    * across_seeds: standard deviation over runs of their frame means;
    * two_runs: mean over episodes of |difference of two runs| / 2, mean over pairs of runs (the published bar).

    Runs that diverged in the frame or before are left out; NaN if all did.
    """
    finite = np.isfinite(frame).all(1)
    frame, weights = frame[finite], weights[:, finite]
    means, spreads = frame.mean(1), frame.std(1, ddof=1)
    return {
        MEAN: _mean(means, weights),
        "within_frame": _mean(spreads, weights),
        # With every weight 1 this is the unbiased variance.
        "across_seeds": np.sqrt(_mean_of_pairs(np.square(means[:, None] - means) / 2, weights)),
        "two_runs": _mean_of_pairs(half_differences(frame), weights),
    }


def half_differences(frame: Runs) -> Float[np.ndarray, "seed seed"]:
    """Return, for each pair of runs, the mean over episodes of |difference| / 2: a bar of the published figure."""
    return np.asarray(np.abs(frame[:, None] - frame[None]).mean(-1) / 2)


def single_pairs(
    differences: Float[np.ndarray, "condition seed seed"], rng: np.random.Generator, count: int
) -> Float[np.ndarray, "condition draw"]:
    """Draw one pair of different runs of each condition, independently, and return the differences.

    NaN where there are no two runs.
    """
    conditions, seeds, _ = differences.shape
    if seeds < 2:
        return np.full((conditions, count), np.nan)
    first = rng.integers(seeds, size=(conditions, count))
    second = (first + rng.integers(1, seeds, size=(conditions, count))) % seeds
    return differences[np.arange(conditions)[:, None], first, second]


def slope(x: Float[np.ndarray, "point"], values: Float[np.ndarray, "point *resample"]) -> np.ndarray:
    """Return the slope of the least-squares line through the points (x, value)."""
    centred = x - x.mean()
    return np.asarray(np.tensordot(centred, values, 1) / np.square(centred).sum())


def interval(replicates: Replicates, confidence: float, runs: int, positive: bool = False) -> Estimate:
    """Estimate from replicates over a number of runs, the first of which is the sample's own.

    The interval is Student's: value ± t(n − 1) √(n / (n − 1)) s*, with s* the standard deviation of the replicates; for
    the mean it is that of the runs themselves. Spreads are positive: theirs is the same on the scale of the logarithm.
    There is none where the replicates are all equal.
    """
    value, drawn = float(replicates[0]), replicates[1:][np.isfinite(replicates[1:])]
    if positive:
        drawn = np.log(drawn[drawn > 0])
    if runs < 2 or len(drawn) < 2 or np.ptp(drawn) <= ROUNDING * np.abs(drawn).max():
        return Estimate(value, float("nan"), float("nan"))
    quantile = scipy.special.stdtrit(runs - 1, tails(confidence)[1])
    half = float(quantile * np.sqrt(runs / (runs - 1)) * drawn.std())
    if positive:
        return Estimate(value, value * np.exp(-half), value * np.exp(half))
    return Estimate(value, value - half, value + half)


def _mean(values: Float[np.ndarray, "seed"], weights: Weights) -> Replicates:
    with np.errstate(invalid="ignore"):
        return weights @ values / weights.sum(1)


def _mean_of_pairs(values: Float[np.ndarray, "seed seed"], weights: Weights) -> Replicates:
    """Return the mean over the pairs of different runs; a run's value with itself is 0."""
    pairs = weights.sum(1) ** 2 - np.square(weights).sum(1)
    with np.errstate(invalid="ignore"):
        return np.asarray(((weights @ values) * weights).sum(1) / pairs)
