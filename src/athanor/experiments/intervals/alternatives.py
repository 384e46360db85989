"""Methods that the study's rule was chosen over, or takes at other sizes only, for comparison."""

from collections.abc import Callable

import numpy as np
import scipy.special
from jaxtyping import Float
from numpy import ndarray

from athanor.reporting import run_statistics
from athanor.reporting.intervals import Ends, Samples, bootstrap_t, resampled_counts, student, tails


def percentile(values: Samples, confidence: float, resamples: int, rng: np.random.Generator) -> Ends:
    """Return the percentile bootstrap interval of a mean."""
    low, high = np.quantile(_resampled_means(values, resamples, rng), tails(confidence), axis=1)
    return low, high


def accelerated(values: Samples, confidence: float, resamples: int, rng: np.random.Generator) -> Ends:
    """Return the bias-corrected and accelerated bootstrap interval of a mean (BCa, Efron 1987)."""
    centred = values - values.mean(1, keepdims=True)
    drawn = np.sort(_resampled_means(centred, resamples, rng), axis=1)
    bias = scipy.special.ndtri(np.clip((drawn < 0).mean(1), 0.5 / resamples, 1 - 0.5 / resamples))
    with np.errstate(invalid="ignore"):  # of equal values
        acceleration = (centred**3).sum(1) / (6 * np.square(centred).sum(1) ** 1.5)
    ends = []
    for normal in scipy.special.ndtri(tails(confidence)):
        share = scipy.special.ndtr(bias + (bias + normal) / (1 - acceleration * (bias + normal)))
        place = np.clip(np.nan_to_num(share) * resamples, 0, resamples - 1).astype(int)
        ends.append(values.mean(1) + np.take_along_axis(drawn, place[:, None], axis=1)[:, 0])
    return ends[0], ends[1]


def always_student(values: Samples, confidence: float, *_: object) -> Ends:
    """Return Student's interval of a mean, however many units there are."""
    return student(values, confidence)


def wilson(values: Samples, confidence: float, *_: object) -> Ends:
    """Return Wilson's score interval of a share (1927)."""
    units, share = values.shape[1], values.mean(1)
    normal = float(scipy.special.ndtri(tails(confidence)[1]))
    scale = 1 + normal**2 / units
    centre = (share + normal**2 / (2 * units)) / scale
    half = normal / scale * np.sqrt(share * (1 - share) / units + normal**2 / (4 * units**2))
    return centre - half, centre + half


def resampled_runs(values: Samples, confidence: float, resamples: int, rng: np.random.Generator) -> Ends:
    """Return the interval of a standard deviation that the study has of statistics over runs."""
    units = values.shape[1]
    weights = run_statistics.resamples(rng, units, resamples)
    found = [
        run_statistics.interval(_across_runs(row, weights), confidence, units, positive=True)
        for row in values
    ]
    return np.array([one.low for one in found]), np.array([one.high for one in found])


def _across_runs(
    values: Float[ndarray, " run"], weights: run_statistics.Weights
) -> run_statistics.Replicates:
    """Return the standard deviation over runs, each of which has a frame of two equal episodes."""
    return run_statistics.frame_statistics(np.stack([values, values], axis=1), weights)["across_seeds"]


def _resampled_means(
    values: Samples, resamples: int, rng: np.random.Generator
) -> Float[ndarray, "batch resample"]:
    units = values.shape[1]
    drawn = [values @ counts.T / units for counts in resampled_counts(rng, units, resamples)]
    return np.concatenate(drawn, axis=1)


# By statistic.
ALTERNATIVES: dict[str, dict[str, Callable[..., Ends]]] = {
    "mean": {
        "percentile": percentile,
        "bca": accelerated,
        "student": always_student,
        "bootstrap_t": bootstrap_t,
    },
    "share": {"wilson": wilson},
    "spread": {"resampled_runs": resampled_runs},  # the rule of statistics over runs
}
