"""The timed episodes, read back: seconds by turn, ratios of what was timed in the same turns, and their intervals."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.config_timing import Condition
from athanor.reporting.statistics import Estimate, bootstrap, ratio_of_medians

COMPILED, ROLLOUTS, EAGER = "jax", "jax_rollouts", "pytorch"  # the second: an episode's rollouts alone
NOT_RUN = Estimate(float("nan"), float("nan"), float("nan"))

Seconds = Float[np.ndarray, " turn"]


class Times(NamedTuple):
    """The table of timed episodes, and how intervals are made."""

    table: pd.DataFrame
    statistics: Statistics
    rng: np.random.Generator

    def seconds(self, implementation: str, condition: Condition) -> Seconds:
        """Return the seconds of an episode by turn; none where it was not timed."""
        return self._rows(implementation, condition)["seconds_per_episode"].to_numpy(float)

    def operations(self, implementation: str, condition: Condition) -> float:
        """Return the floating-point operations of an episode; NaN where they were not counted."""
        counted = self._rows(implementation, condition)["flops_per_episode"].to_numpy(float)
        return float(counted[0]) if len(counted) else float("nan")

    def ratio(self, above: Float[np.ndarray, " above"], below: Float[np.ndarray, " below"]) -> Estimate:
        """Return the ratio of medians over the turns that both were timed in: the first ones."""
        turns = min(len(above), len(below))
        if turns < 2:
            return NOT_RUN
        level, resamples = self.statistics.confidence, self.statistics.bootstrap_samples
        pairs = above[:turns], below[:turns]
        return ratio_of_medians(*pairs, self.rng, confidence=level, resamples=resamples)

    def median(self, values: Float[np.ndarray, " turn"]) -> Estimate:
        """Return the median over the turns."""
        if len(values) < 2:
            return NOT_RUN
        level, resamples = self.statistics.confidence, self.statistics.bootstrap_samples
        return bootstrap(
            [values], np.median, self.rng, confidence=level, resamples=resamples, method="percentile"
        )

    def _rows(self, implementation: str, condition: Condition) -> pd.DataFrame:
        wanted = {"implementation": implementation, **condition._asdict()}
        chosen = np.all([self.table[name] == value for name, value in wanted.items()], axis=0)
        return self.table[chosen].sort_values("repeat")


def first_order(condition: Condition, first: int) -> Condition:
    """Return the FOMAML that a MAML is compared with; N has no part in the released one, timed with the first N."""
    steps = first if condition.reading == "released" else condition.inner_steps
    return condition._replace(algorithm="fomaml", inner_steps=steps)


def per_cent(estimate: Estimate) -> Estimate:
    """Return a share in per cent."""
    return Estimate(*(100.0 * value for value in estimate))


def saved(ratio: Estimate) -> Estimate:
    """Return what is saved, in per cent, where a ratio remains."""
    return Estimate(*(100.0 * (1.0 - value) for value in (ratio.value, ratio.high, ratio.low)))
