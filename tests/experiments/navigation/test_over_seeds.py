"""Tests of means over what is varied and seeds."""

import numpy as np

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.summary_runs import over_seeds


def test_what_diverged_does_not_count_over_seeds() -> None:
    values = np.array([[1.0, 3.0, np.nan], [3.0, np.nan, np.nan]])
    found = over_seeds(values, Statistics(bootstrap_samples=100), np.random.default_rng(0))
    assert found.value == 2.5
    assert found.low < 2.5 < found.high
