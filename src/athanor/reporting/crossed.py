"""Means over runs and tasks that are both samples: every run meets every task.

Runs alone say how much another training run would differ on the same tasks. A statement about unseen tasks is about other
tasks as well.
"""

import math

import numpy as np
import scipy.stats
from jaxtyping import Float

from athanor.reporting.intervals import ROUNDING, tails
from athanor.reporting.statistics import Estimate


def crossed_mean(values: Float[np.ndarray, "run task"], confidence: float) -> Estimate:
    """Estimate the mean over all runs and tasks, of which these are samples, with Student's interval.

    In the model value = mean + run + task + rest, with independent terms of R runs and T tasks, the mean of the sample has
    the variance a + b − c (Cornfield and Tukey 1956): a is the variance of the runs' means over R, b that of the tasks'
    means over T, and c that of the rest over R T. It is never taken below a or b. The degrees of freedom are those of
    Satterthwaite (1946). Fewer than two runs or tasks, and equal values, have no interval.
    """
    runs, tasks = values.shape
    value = float(values.mean()) if values.size else math.nan
    if min(runs, tasks) < 2:
        return Estimate(value, math.nan, math.nan)
    by_run, by_task = values.mean(1), values.mean(0)
    rest = values - by_run[:, None] - by_task + value
    parts = np.array([by_run.var(ddof=1) / runs, by_task.var(ddof=1) / tasks, 0.0])
    freedom = np.array([runs - 1, tasks - 1, (runs - 1) * (tasks - 1)])
    parts[2] = np.square(rest).sum() / freedom[2] / (runs * tasks)
    variance = max(parts[0], parts[1], parts[0] + parts[1] - parts[2])
    if np.sqrt(variance) <= ROUNDING * np.abs(values).max():
        return Estimate(value, math.nan, math.nan)
    degrees = variance**2 / (np.square(parts) / freedom).sum()
    half = float(scipy.stats.t.ppf(tails(confidence)[1], degrees) * np.sqrt(variance))
    return Estimate(value, value - half, value + half)
