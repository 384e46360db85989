"""Estimates with intervals: bootstrap, proportions, ratios of times, and the yardstick."""

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy.stats
from jaxtyping import Float
from numpy import ndarray

Statistic = Callable[..., Float[ndarray, "..."]]  # of samples, along `axis`


class Estimate(NamedTuple):
    """A value and the ends of its interval, in the unit of the value."""

    value: float
    low: float
    high: float


def tails(confidence: float) -> tuple[float, float]:
    """Give the two probabilities that leave out equal tails."""
    return (1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0


def normalised_score(returns: Float[ndarray, "..."], random: float, optimal: float) -> Float[ndarray, "..."]:
    """Place returns on the yardstick: 0 is the random agent's expected return, 1 the Bayes-optimal one."""
    if not optimal > random:
        raise ValueError(f"the optimal return ({optimal}) must exceed the random one ({random})")
    return (np.asarray(returns, float) - random) / (optimal - random)


def bootstrap(
    samples: Sequence[Float[ndarray, " episode"]],
    statistic: Statistic,
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
    method: str = "BCa",
) -> Estimate:
    """Estimate a statistic of paired samples (one is allowed) by resampling their rows together.

    The interval is bias-corrected and accelerated (Efron 1987), or `method` "percentile". A statistic that no
    resampling changes has an interval of width 0.
    """
    if len(samples[0]) < 2:
        raise ValueError(f"an interval needs 2 observations or more, got {len(samples[0])}")
    value = float(statistic(*samples, axis=-1))
    if all(np.ptp(sample) == 0.0 for sample in samples):
        return Estimate(value, value, value)
    settings = {"paired": True, "vectorized": True, "confidence_level": confidence, "n_resamples": resamples}
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", scipy.stats.DegenerateDataWarning)
        result = scipy.stats.bootstrap(samples, statistic, **settings, batch=1000, method=method, rng=rng)
    low, high = result.confidence_interval
    if np.isfinite([low, high]).all():
        return Estimate(value, float(low), float(high))
    # BCa is undefined where leaving out any one row changes nothing, as with the median of tied values.
    low, high = np.quantile(result.bootstrap_distribution, tails(confidence))
    return Estimate(value, float(low), float(high))


def mean(
    values: Float[ndarray, " episode"],
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> Estimate:
    """Estimate the mean with a bias-corrected and accelerated bootstrap interval."""
    return bootstrap([np.asarray(values, float)], np.mean, rng, confidence=confidence, resamples=resamples)


def ratio_of_medians(
    numerator: Float[ndarray, " pair"],
    denominator: Float[ndarray, " pair"],
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> Estimate:
    """Estimate median(numerator) / median(denominator) of interleaved pairs, resampling pairs (percentile)."""

    def ratio(
        above: Float[ndarray, "..."], below: Float[ndarray, "..."], axis: int = -1
    ) -> Float[ndarray, "..."]:
        return np.asarray(np.median(above, axis=axis) / np.median(below, axis=axis))

    samples = [np.asarray(numerator, float), np.asarray(denominator, float)]
    return bootstrap(samples, ratio, rng, confidence=confidence, resamples=resamples, method="percentile")


def difference_of_means(
    first: Float[ndarray, " run"],
    second: Float[ndarray, " run"],
    rng: np.random.Generator,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> Estimate:
    """Estimate mean(first) - mean(second) of two samples that are not paired, each resampled by itself (percentile)."""
    samples = [np.asarray(sample, float) for sample in (first, second)]
    drawn = [
        sample[rng.integers(len(sample), size=(resamples, len(sample)))].mean(axis=1) for sample in samples
    ]
    low, high = np.quantile(drawn[0] - drawn[1], tails(confidence))
    return Estimate(float(samples[0].mean() - samples[1].mean()), float(low), float(high))


def proportion(successes: int, trials: int, *, confidence: float = 0.95) -> Estimate:
    """Estimate a share with Wilson's score interval (Wilson 1927)."""
    interval = scipy.stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return Estimate(successes / trials, float(interval.low), float(interval.high))


class Estimator(NamedTuple):
    """How a statistic of one sample, or of two, is estimated."""

    samples: int
    estimate: Callable[..., Estimate]  # (samples…, rng, confidence=…, resamples=…)
    paired: bool = True  # whether the samples go together, unit by unit


def _median(values: Float[ndarray, " unit"], rng: np.random.Generator, **settings: Any) -> Estimate:
    return bootstrap([values], np.median, rng, **settings, method="percentile")


def _share(
    values: Float[ndarray, " unit"], rng: np.random.Generator, *, confidence: float, **_: Any
) -> Estimate:
    return proportion(int(values.sum()), len(values), confidence=confidence)


def _ratio_of_means(
    first: Float[ndarray, " unit"], second: Float[ndarray, " unit"], rng: np.random.Generator, **settings: Any
) -> Estimate:
    def ratio(
        above: Float[ndarray, "..."], below: Float[ndarray, "..."], axis: int = -1
    ) -> Float[ndarray, "..."]:
        total = below.sum(axis=axis)
        return np.divide(above.sum(axis=axis), total, out=np.zeros_like(total), where=total != 0)

    return bootstrap([first, second], ratio, rng, **settings, method="percentile")


# What an estimand can be, by name.
STATISTICS: dict[str, Estimator] = {
    "mean": Estimator(1, mean),
    "median": Estimator(1, _median),
    "share": Estimator(1, _share),  # of units in which something is true: 0 or 1 each
    "ratio_of_medians": Estimator(2, ratio_of_medians),
    "ratio_of_means": Estimator(2, _ratio_of_means),
    "difference_of_means": Estimator(2, difference_of_means, paired=False),
}


def estimate(
    statistic: str,
    samples: Sequence[Float[ndarray, " unit"]],
    rng: np.random.Generator,
    confidence: float,
    resamples: int,
) -> Estimate:
    """Estimate a statistic by its name; without two units there is no interval, without one no value."""
    if statistic not in STATISTICS:
        raise ValueError(f"statistic is {statistic}, must be one of {', '.join(STATISTICS)}")
    if min(map(len, samples)) < 2:
        value = float(samples[0].mean()) if len(samples[0]) and len(samples) == 1 else math.nan
        return Estimate(value, math.nan, math.nan)
    return STATISTICS[statistic].estimate(*samples, rng, confidence=confidence, resamples=resamples)
