"""The mean over all runs, and over what is varied with each of them."""

import numpy as np
from jaxtyping import Float

from athanor.experiments.config import Statistics
from athanor.reporting.statistics import Estimate, mean

BySeed = Float[np.ndarray, "step seed"]


def over_seeds(values: BySeed, statistics: Statistics, rng: np.random.Generator) -> Estimate:
    """Estimate the mean over N and seeds, resampling seeds; what diverged does not count."""
    by_seed = np.array([row[np.isfinite(row)].mean() for row in values.T if np.isfinite(row).any()])
    if len(by_seed) < 2:
        value = float(by_seed.mean()) if len(by_seed) else float("nan")
        return Estimate(value, float("nan"), float("nan"))
    found = mean(by_seed, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples)
    return Estimate(found.value, min(found.low, found.value), max(found.high, found.value))
