"""How intervals are made: each method takes many samples at once, a row each, and returns the two ends of every row.

Ends that a method cannot give are NaN. Which method goes with which statistic and how many units is the rule of
`athanor.reporting.statistics`; its coverage is measured by the experiment `intervals.coverage`.
"""

from collections.abc import Iterator

import numpy as np
import scipy.special
from jaxtyping import Float, Int
from numpy import ndarray

Samples = Float[ndarray, "batch unit"]
Ends = tuple[Float[ndarray, " batch"], Float[ndarray, " batch"]]
BLOCK = 2_000_000  # numbers held at once by a resampling method
ROUNDING = 1e-12  # of a value: below it a spread is that of floating-point numbers


def tails(confidence: float) -> tuple[float, float]:
    """Give the two probabilities that leave out equal tails."""
    return (1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0


def student(values: Samples, confidence: float) -> Ends:
    """Return Student's interval of a mean (Student 1908): mean ± t(n − 1) s / √n."""
    units = values.shape[1]
    half = scipy.special.stdtrit(units - 1, tails(confidence)[1]) * _standard_error(values)
    return values.mean(1) - half, values.mean(1) + half


def welch(
    first: Float[ndarray, "batch first"], second: Float[ndarray, "batch second"], confidence: float
) -> Ends:
    """Return Welch's interval of a difference of means of two samples that are not paired (Welch 1947)."""
    squares = [np.square(_standard_error(sample)) for sample in (first, second)]
    total = squares[0] + squares[1]
    with np.errstate(invalid="ignore"):  # no spread, no degrees of freedom
        degrees = np.square(total) / (
            np.square(squares[0]) / (first.shape[1] - 1) + np.square(squares[1]) / (second.shape[1] - 1)
        )
    half = scipy.special.stdtrit(degrees, tails(confidence)[1]) * np.sqrt(total)
    difference = first.mean(1) - second.mean(1)
    return difference - half, difference + half


def bootstrap_t(values: Samples, confidence: float, resamples: int, rng: np.random.Generator) -> Ends:
    """Return the bootstrap-t interval of a mean (Hall 1988), and Student's where too many resamples have no spread.

    It is Student's interval with the quantiles of the resampled (mean* − mean) / error* in place of those of t.
    """
    centre, error = values.mean(1), _standard_error(values)
    centred = values - centre[:, None]
    drawn = [_standardised(centred, counts) for counts in resampled_counts(rng, values.shape[1], resamples)]
    with np.errstate(invalid="ignore"):  # between infinite deviates
        low, high = np.quantile(np.concatenate(drawn, axis=1), tails(confidence), axis=1)
    ends = centre - high * error, centre - low * error
    known = np.isfinite(low) & np.isfinite(high)
    of_student = student(values, confidence)
    return np.where(known, ends[0], of_student[0]), np.where(known, ends[1], of_student[1])


def order_statistics(values: Samples, confidence: float) -> Ends:
    """Return the two order statistics that enclose the median at this confidence, by the sign test.

    Each unit is below the median with probability 1/2, so the k-th smallest exceeds it with the probability that
    fewer than k of n fair coins show heads. Too few units for any k have no interval.
    """
    units = values.shape[1]
    place = int((scipy.special.bdtr(np.arange(units), units, 0.5) < tails(confidence)[0]).sum())
    if place == 0:
        return _nowhere(values), _nowhere(values)
    ordered = np.sort(values, axis=1)
    return ordered[:, place - 1], ordered[:, units - place]


def clopper_pearson(successes: Int[ndarray, " batch"], trials: int, confidence: float) -> Ends:
    """Return the exact binomial interval of a share (Clopper and Pearson 1934)."""
    below, above = tails(confidence)
    with np.errstate(invalid="ignore"):
        low = scipy.special.betaincinv(successes, trials - successes + 1, below)
        high = scipy.special.betaincinv(successes + 1, trials - successes, above)
    return np.where(successes == 0, 0.0, low), np.where(successes == trials, 1.0, high)


def ratio_of_means(first: Samples, second: Samples, confidence: float) -> Ends:
    """Return the interval of mean(first) / mean(second) of pairs: Student's, linearised, on the scale of the logarithm.

    The error of the ratio R is that of mean(first − R second) / mean(second). Where R is not positive the interval is
    R ± t error.
    """
    ratio = mean_ratio(first, second)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = _standard_error(first - ratio[:, None] * second) / np.abs(second.mean(1))
        half = scipy.special.stdtrit(first.shape[1] - 1, tails(confidence)[1]) * error
        factor = np.exp(half / ratio)
    return (
        np.where(ratio > 0, ratio / factor, ratio - half),
        np.where(ratio > 0, ratio * factor, ratio + half),
    )


def mean_ratio(first: Samples, second: Samples) -> Float[ndarray, " batch"]:
    """Return mean(first) / mean(second), NaN where that divides by 0."""
    total = second.sum(1)
    return np.divide(first.sum(1), total, out=np.full(len(total), np.nan), where=total != 0)


def ratio_of_medians(
    first: Samples, second: Samples, confidence: float, resamples: int, rng: np.random.Generator
) -> Ends:
    """Return the percentile bootstrap interval of median(first) / median(second), resampling pairs.

    Percentiles of a ratio and of its logarithm are the same. So few pairs that a median has no interval have none.
    """
    batch, units = first.shape
    if np.isnan(order_statistics(first, confidence)[0]).all():
        return _nowhere(first), _nowhere(first)
    drawn = []
    for count in blocks(resamples, batch * units):
        rows = rng.integers(units, size=(count, units))
        drawn.append(median_ratio(first[:, rows], second[:, rows]))
    low, high = np.quantile(np.concatenate(drawn, axis=1), tails(confidence), axis=1)
    return low, high


def median_ratio(
    first: Float[ndarray, "*batch unit"], second: Float[ndarray, "*batch unit"]
) -> Float[ndarray, "*batch"]:
    """Return median(first) / median(second)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.median(first, axis=-1) / np.median(second, axis=-1))


def spread(values: Samples, confidence: float) -> Ends:
    """Return Bonett's interval of a standard deviation (2006), on the scale of its logarithm.

    The error of log s² is c √((γ − (n − 3)/n) / (n − 1)), with c = n / (n − z), and with the kurtosis γ about a trimmed
    mean, which sees heavy tails that the plain one does not. Fewer than 5 units have no interval.
    """
    units = values.shape[1]
    if units < 5:
        return _nowhere(values), _nowhere(values)
    quantile = float(scipy.special.ndtri(tails(confidence)[1]))
    correction = units / (units - quantile)
    variance = values.var(1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance[np.sqrt(variance) <= ROUNDING * np.abs(values).max(1)] = np.nan
        error = correction * np.sqrt((_kurtosis(values) - (units - 3) / units) / (units - 1))
        low, high = (np.sqrt(correction * variance * np.exp(sign * quantile * error)) for sign in (-1, 1))
    return low, high


def resampled_counts(
    rng: np.random.Generator, units: int, resamples: int
) -> Iterator[Float[ndarray, "resample unit"]]:
    """Yield, in blocks of resamples, how often each unit is drawn: a resampled sum is a matrix product with it."""
    for count in blocks(resamples, units):
        drawn = rng.integers(units, size=(count, units)) + units * np.arange(count)[:, None]
        yield np.bincount(drawn.ravel(), minlength=count * units).reshape(count, units).astype(float)


def blocks(resamples: int, numbers: int) -> Iterator[int]:
    """Yield how many resamples, of so many numbers each, are drawn at once."""
    block = max(1, BLOCK // numbers)
    for start in range(0, resamples, block):
        yield min(block, resamples - start)


def _standardised(
    centred: Samples, counts: Float[ndarray, "resample unit"]
) -> Float[ndarray, "batch resample"]:
    """Return (mean* − mean) / error* of each resample; infinite, or NaN, where all that was drawn is equal."""
    units = centred.shape[1]
    means, squares = (powers @ counts.T / units for powers in (centred, np.square(centred)))
    variance = squares - np.square(means)
    variance[variance <= ROUNDING * squares] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(means * np.sqrt(units - 1) / np.sqrt(variance))


def _kurtosis(values: Samples) -> Float[ndarray, " batch"]:
    """Return Σ (x − trimmed mean)⁴ n / (Σ (x − mean)²)², trimming 1 / (2 √(n − 4)) of the units on each side."""
    units = values.shape[1]
    cut = min(int(units / (2 * np.sqrt(units - 4))), (units - 1) // 2)
    trimmed = np.sort(values, axis=1)[:, cut : units - cut].mean(1)
    fourth = ((values - trimmed[:, None]) ** 4).sum(1)
    return np.asarray(units * fourth / np.square(units * values.var(1)))


def _standard_error(values: Samples) -> Float[ndarray, " batch"]:
    return np.asarray(values.std(1, ddof=1) / np.sqrt(values.shape[1]))


def _nowhere(values: Samples) -> Float[ndarray, " batch"]:
    return np.full(len(values), np.nan)
