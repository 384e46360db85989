"""Means over runs and tasks that are both samples: every run meets every task.

Runs alone say how much another training run would differ on the same tasks. A statement about unseen tasks is about other
tasks as well.
"""

import numpy as np
import scipy.special
from jaxtyping import Float

from athanor.reporting.intervals import ROUNDING, Ends, tails


def crossed(values: Float[np.ndarray, "batch run task"], confidence: float) -> Ends:
    """Return Student's interval of the mean over all runs and tasks, of which these are samples.

    In the model value = mean + run + task + rest, with independent terms of R runs and T tasks, the mean of the sample has
    the variance a + b − c (Cornfield and Tukey 1956): a is the variance of the runs' means over R, b that of the tasks'
    means over T, and c that of the rest over R T. It is never taken below a or b. The degrees of freedom are those of
    Satterthwaite (1946), and not fewer than those of the fewer of runs and tasks. Fewer than two runs or tasks, and equal values, have no interval.
    """
    batch, runs, tasks = values.shape
    if min(runs, tasks) < 2:
        return np.full(batch, np.nan), np.full(batch, np.nan)
    mean, by_run, by_task = values.mean((1, 2)), values.mean(2), values.mean(1)
    rest = values - by_run[:, :, None] - by_task[:, None, :] + mean[:, None, None]
    freedom = np.array([runs - 1, tasks - 1, (runs - 1) * (tasks - 1)])
    parts = np.stack(
        [
            by_run.var(1, ddof=1) / runs,
            by_task.var(1, ddof=1) / tasks,
            np.square(rest).sum((1, 2)) / freedom[2] / (runs * tasks),
        ]
    )
    variance = np.maximum(parts[:2].max(0), parts[0] + parts[1] - parts[2])
    variance[np.sqrt(variance) <= ROUNDING * np.abs(values).max((1, 2))] = np.nan
    degrees = np.square(variance) / (np.square(parts) / freedom[:, None]).sum(0)
    degrees = np.maximum(degrees, freedom[:2].min())
    half = scipy.special.stdtrit(degrees, tails(confidence)[1]) * np.sqrt(variance)
    return mean - half, mean + half
