"""Statistics of training runs, as functions of how often each run is drawn: means, and three meanings of "stable".

A bootstrap over seeds draws runs with replacement. A statistic of pairs then counts pairs of different runs only:
the difference of a run from its own copy is 0 and would bias it downwards.
"""

import numpy as np
import scipy.special
from jaxtyping import Float

from athanor.reporting.intervals import ROUNDING, tails
from athanor.reporting.left_out import written
from athanor.reporting.statistics import Estimate

MEAN, STATISTICS = "mean", ("within_frame", "across_seeds", "two_runs")
Runs = Float[np.ndarray, "seed episode"]
Weights = Float[np.ndarray, "resample seed"]  # how often each run is drawn
Replicates = Float[np.ndarray, "resample"]


def resamples(rng: np.random.Generator, seeds: int, count: int) -> Weights:
    """Return how often each seed is drawn in each of `count` resamples.

    The first row is the sample itself, and the next ones are the sample with each seed left out.
    """
    drawn = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=count).astype(float)
    return np.concatenate([np.ones((1, seeds)), 1.0 - np.eye(seeds), drawn])


def frame_statistics(frame: Runs, weights: Weights) -> dict[str, Replicates]:
    """Return the mean and the three statistics of a frame's episodes for each resample.

    * mean: over episodes and runs;
    * within_frame: standard deviation over the episodes of a run, mean over runs;
    * across_seeds: standard deviation over runs of their frame means;
    * two_runs: mean over episodes of |difference of two runs| / 2, mean over pairs of runs (the published bar).

    The values are of the runs that did not diverge in the frame or before; NaN if all did. If some did, only the sample
    itself has values and its resamples have none, so that there is no interval.
    """
    finite = np.isfinite(frame).all(1)
    frame, weights = frame[finite], weights[:, finite]
    means, spreads = frame.mean(1), frame.std(1, ddof=1)
    found = {
        MEAN: _mean(means, weights),
        "within_frame": _mean(spreads, weights),
        # With every weight 1 this is the unbiased variance.
        "across_seeds": np.sqrt(_mean_of_pairs(np.square(means[:, None] - means) / 2, weights)),
        "two_runs": _mean_of_pairs(half_differences(frame), weights),
    }
    if not finite.all():
        for values in found.values():
            values[1:] = np.nan
    return found


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


def interval(
    replicates: Replicates,
    confidence: float,
    runs: int,
    positive: bool = False,
    left_out: int | None = None,
) -> Estimate:
    """Estimate from replicates over a number of runs, in the order of `resamples`; some are of runs `left_out`.

    The interval is Student's: value ± t(n − 1) √(n / (n − 1)) s*, with s* the standard deviation of the replicates; for
    the mean it is that of the runs themselves. Spreads are positive: theirs is the same on the scale of the logarithm.
    There is none where the replicates are all equal.
    """
    skipped = 1 + (runs if left_out is None else left_out)
    return _student(float(replicates[0]), replicates[skipped:], confidence, runs, runs, positive)


def without_each(
    replicates: Replicates, weights: Weights, confidence: float, runs: int, positive: bool = False
) -> str:
    """Return the intervals with each run left out, as athanor.reporting.left_out writes them; runs are those of a condition.

    That of the others rests on the resamples which that run is not drawn for (jackknife after bootstrap, Efron 1992):
    they are resamples of n − 1 runs, with n draws.
    """
    count = weights.shape[1]
    values, drawn, drawn_for = replicates[1 : 1 + count], replicates[1 + count :], weights[1 + count :]
    found = [
        _student(float(values[run]), drawn[drawn_for[:, run] == 0], confidence, runs - 1, runs, positive)
        for run in range(count)
    ]
    return written((one.low, one.high) for one in found)


def unpaired_difference(
    first: Float[np.ndarray, "first"],
    drawn_for: Float[np.ndarray, "first run"],
    second: Float[np.ndarray, "second"],
    other_drawn_for: Float[np.ndarray, "second other_run"],
) -> tuple[Float[np.ndarray, "both"], Float[np.ndarray, "both any_run"]]:
    """Return the replicates of a difference between two conditions of other runs, and how often each run is drawn."""
    runs, others = drawn_for.shape[1], other_drawn_for.shape[1]
    own, left, drawn = np.split(first, [1, 1 + runs])
    other, other_left, other_drawn = np.split(second, [1, 1 + others])
    difference = np.concatenate([own - other, left - other, own - other_left, drawn - other_drawn])
    both = np.concatenate([drawn_for[1 + runs :], other_drawn_for[1 + others :]], axis=1)
    without = 1.0 - np.eye(runs + others)
    return difference, np.concatenate([np.ones((1, runs + others)), without, both])


def _student(
    value: float, drawn: Replicates, confidence: float, runs: int, draws: int, positive: bool
) -> Estimate:
    """Return value ± t(n − 1) √(m / (n − 1)) s*, of resamples of n runs with m draws each.

    The mean of m draws from n runs has the variance (n − 1) / (n m) s², that of the runs themselves s² / n.
    """
    drawn = drawn[np.isfinite(drawn)]
    if positive:
        drawn = np.log(drawn[drawn > 0])
    if runs < 2 or len(drawn) < 2 or np.ptp(drawn) <= ROUNDING * np.abs(drawn).max():
        return Estimate(value, float("nan"), float("nan"))
    quantile = scipy.special.stdtrit(runs - 1, tails(confidence)[1])
    half = float(quantile * np.sqrt(draws / (runs - 1)) * drawn.std())
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
