"""The one rule of every interval: which method at how many units, for each statistic; and the yardstick.

| statistic | interval |
|---|---|
| mean | Student's t below 30 units, bootstrap-t from there on |
| difference of means | Welch's t |
| median | order statistics (sign test); none below 6 units at 95 % |
| share | exact binomial (Clopper and Pearson) |
| ratio of means | linearised Student's t on the scale of the logarithm |
| ratio of medians | percentile bootstrap of pairs; none where a median has none |
| spread | Bonett's, on the scale of the logarithm; none below 5 units |
| mean over runs and tasks | Student's t, both a sample (athanor.reporting.crossed) |

No interval has width 0: where a sample shows no variation it says nothing about how much there is, and the ends are NaN
("no interval"), but for shares, and for means of values whose bounds are known (`within`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from athanor.reporting import intervals
from athanor.reporting.crossed import crossed
from athanor.reporting.intervals import Ends, Samples
from athanor.reporting.intervals import tails as tails

Statistic = Callable[..., Float[ndarray, "..."]]  # of samples, along `axis`
FEW = 30  # units of which a mean has Student's interval


class Estimate(NamedTuple):
    """A value and the ends of its interval, in the unit of the value; NaN ends where the sample gives none."""

    value: float
    low: float
    high: float


def normalised_score(returns: Float[ndarray, "..."], random: float, optimal: float) -> Float[ndarray, "..."]:
    """Place returns on the yardstick: 0 is the random agent's expected return, 1 the Bayes-optimal one."""
    if not optimal > random:
        raise ValueError(f"the optimal return ({optimal}) must exceed the random one ({random})")
    return (np.asarray(returns, float) - random) / (optimal - random)


@dataclass(frozen=True)
class Estimator:
    """How a statistic of one sample, or of two, is estimated."""

    samples: int
    values: Callable[..., Float[ndarray, " batch"]]  # of batches of samples
    ends: Callable[..., Ends]  # (batches of samples…, confidence, resamples, rng)
    paired: bool = True  # whether the samples go together, unit by unit

    def intervals(
        self,
        batches: Sequence[Float[ndarray, "batch _ ..."]],
        rng: np.random.Generator,
        confidence: float,
        resamples: int,
    ) -> Ends:
        """Return the ends of many intervals; NaN in place of width 0."""
        low, high = self.ends(*batches, confidence, resamples, rng)
        wide = high - low > intervals.ROUNDING * np.maximum(np.abs(low), np.abs(high))
        return np.where(wide, low, np.nan), np.where(wide, high, np.nan)

    def estimate(
        self,
        *samples: Float[ndarray, "_ ..."],
        rng: np.random.Generator,
        confidence: float = 0.95,
        resamples: int = 10_000,
    ) -> Estimate:
        """Estimate from one sample, or from two."""
        batches = [np.asarray(sample, float)[None] for sample in samples]
        units = min(batch.shape[1] for batch in batches)
        if units < 2:
            raise ValueError(f"an interval needs 2 observations or more, got {units}")
        (low,), (high,) = self.intervals(batches, rng, confidence, resamples)
        return Estimate(float(self.values(*batches)[0]), float(low), float(high))


def _mean(values: Samples, confidence: float, resamples: int, rng: np.random.Generator) -> Ends:
    if values.shape[1] < FEW:
        return intervals.student(values, confidence)
    return intervals.bootstrap_t(values, confidence, resamples, rng)


def _median(values: Samples, confidence: float, *_: object) -> Ends:
    return intervals.order_statistics(values, confidence)


def _share(values: Samples, confidence: float, *_: object) -> Ends:
    return intervals.clopper_pearson(values.sum(1).astype(int), values.shape[1], confidence)


def _spread(values: Samples, confidence: float, *_: object) -> Ends:
    return intervals.spread(values, confidence)


def _ratio_of_means(first: Samples, second: Samples, confidence: float, *_: object) -> Ends:
    return intervals.ratio_of_means(first, second, confidence)


def _difference_of_means(
    first: Float[ndarray, "batch first"],
    second: Float[ndarray, "batch second"],
    confidence: float,
    *_: object,
) -> Ends:
    return intervals.welch(first, second, confidence)


def _crossed(values: Float[ndarray, "batch run task"], confidence: float, *_: object) -> Ends:
    return crossed(values, confidence)


def _means(values: Samples) -> Float[ndarray, " batch"]:
    return np.asarray(values.mean(1))


# What an estimand can be, by name.
STATISTICS: dict[str, Estimator] = {
    "mean": Estimator(1, _means, _mean),
    "median": Estimator(1, lambda values: np.median(values, axis=1), _median),
    "share": Estimator(1, _means, _share),  # of units in which something is true: 0 or 1 each
    "spread": Estimator(1, lambda values: values.std(1, ddof=1), _spread),  # standard deviation over units
    "crossed_mean": Estimator(1, lambda values: values.mean((1, 2)), _crossed),  # over runs and tasks
    "ratio_of_medians": Estimator(
        2,
        intervals.median_ratio,
        intervals.ratio_of_medians,
    ),
    "ratio_of_means": Estimator(2, intervals.mean_ratio, _ratio_of_means),
    "difference_of_means": Estimator(
        2, lambda first, second: first.mean(1) - second.mean(1), _difference_of_means, paired=False
    ),
}


def estimate(
    statistic: str,
    samples: Sequence[Float[ndarray, "_ ..."]],
    rng: np.random.Generator,
    confidence: float,
    resamples: int,
    bounds: tuple[float, float] | None = None,
) -> Estimate:
    """Estimate a statistic by its name; without two units there is no interval, without one no value.

    `bounds` are the least and the largest value that a unit can have, for a mean.
    """
    if statistic not in STATISTICS:
        raise ValueError(f"statistic is {statistic}, must be one of {', '.join(STATISTICS)}")
    if bounds is not None and statistic != "mean":
        raise ValueError(f"bounds belong to a mean, not to statistic {statistic}")
    if min(map(len, samples)) < 2:
        value = float(samples[0].mean()) if len(samples[0]) and len(samples) == 1 else math.nan
        return Estimate(value, math.nan, math.nan)
    found = STATISTICS[statistic].estimate(*samples, rng=rng, confidence=confidence, resamples=resamples)
    return found if bounds is None else within(found, len(samples[0]), bounds, confidence)


def within(found: Estimate, units: int, bounds: tuple[float, float], confidence: float) -> Estimate:
    """Take into account that every unit's value lies within bounds.

    No mean lies outside them. Of n units that are all equal, the share of units that would differ is at most
    1 − ((1 − confidence) / 2)^(1/n), the exact binomial bound, and each of these differs by at most what the bounds
    allow; for values of 0 and 1 that is the exact binomial interval.
    """
    least, largest = bounds
    low, high = found.low, found.high
    if math.isnan(low):
        differing = 1.0 - tails(confidence)[0] ** (1.0 / units)
        low = found.value - differing * (found.value - least)
        high = found.value + differing * (largest - found.value)
    return Estimate(found.value, max(low, least), min(high, largest))


def bonferroni(confidence: float, count: int) -> float:
    """Return the confidence at which all of several intervals together have at least the one given."""
    return 1.0 - (1.0 - confidence) / count


def extreme(largest: bool, plain: Sequence[Estimate], strict: Sequence[Estimate]) -> Estimate:
    """Estimate the largest, or the least, of a quantity's true values under several conditions.

    The least true value is at least the smallest low end wherever the interval of that one condition is right. It is at
    most the smallest high end only where all intervals are, so that end is of the `strict` estimates: those at the
    confidence of Bonferroni. The largest is the mirror image. A condition without an interval, or without a value,
    leaves the whole without.
    """
    (value, low, _), (_, _, high) = (np.min(estimates, axis=0) for estimates in (plain, strict))
    if largest:
        (value, _, high), (_, low, _) = (np.max(estimates, axis=0) for estimates in (plain, strict))
    return Estimate(float(value), float(low), float(high))


def mean(
    values: Float[ndarray, " unit"],
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> Estimate:
    """Estimate the mean."""
    return STATISTICS["mean"].estimate(values, rng=rng, confidence=confidence, resamples=resamples)


def ratio_of_medians(
    numerator: Float[ndarray, " pair"],
    denominator: Float[ndarray, " pair"],
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> Estimate:
    """Estimate median(numerator) / median(denominator) of interleaved pairs."""
    settings = {"confidence": confidence, "resamples": resamples}
    return STATISTICS["ratio_of_medians"].estimate(numerator, denominator, rng=rng, **settings)  # type: ignore[arg-type]


def difference_of_means(
    first: Float[ndarray, " run"],
    second: Float[ndarray, " other"],
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> Estimate:
    """Estimate mean(first) - mean(second) of two samples that are not paired."""
    settings = {"confidence": confidence, "resamples": resamples}
    return STATISTICS["difference_of_means"].estimate(first, second, rng=rng, **settings)  # type: ignore[arg-type]


def proportion(successes: int, trials: int, *, confidence: float = 0.95) -> Estimate:
    """Estimate a share from its counts."""
    (low,), (high,) = intervals.clopper_pearson(np.array([successes]), trials, confidence)
    return Estimate(successes / trials, float(low), float(high))


def bootstrap(
    samples: Sequence[Float[ndarray, " _"]],
    statistic: Statistic,
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> Estimate:
    """Estimate any statistic of paired samples (one is allowed) of many units by resampling their rows together.

    For statistics that STATISTICS does not have. The interval is that of percentiles; a statistic that no resampling
    changes has none.
    """
    units = len(samples[0])
    if units < 2:
        raise ValueError(f"an interval needs 2 observations or more, got {units}")
    value, drawn = float(statistic(*samples, axis=-1)), []
    for count in intervals.blocks(resamples, units):
        rows = rng.integers(units, size=(count, units))
        drawn.append(statistic(*(sample[rows] for sample in samples), axis=-1))
    low, high = np.quantile(np.concatenate(drawn), tails(confidence))
    if not low < high:
        return Estimate(value, math.nan, math.nan)
    return Estimate(value, float(low), float(high))
