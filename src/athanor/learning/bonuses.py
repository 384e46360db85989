"""Bonuses of exploration that are learnt from counts: visits, errors of a predictor, and the difference of two.

    count             1 / √N
    prediction error  −log₂ p(outcome)
    error difference  −log₂ p(outcome) + log₂ q(outcome)     where q is told the task and p is not

What both predictors of a difference find equally hard cancels: noise that the task has no part in is worth nothing.
Predictors are Bernoulli chances by context, (ones + 1/2) / (trials + 1) (Krichevsky and Trofimov 1981).
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

FIRST = 1.0  # bits that a bonus is expected to be before it was met: everything is tried


def count_bonus(visits: Int[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Return 1 / √N, and 1 where nobody has been."""
    return 1 / np.sqrt(np.maximum(visits, 1))


@dataclass
class Predictor:
    """Chances of an event in each context."""

    contexts: int
    ones: Float[np.ndarray, "context"] = field(init=False)
    trials: Float[np.ndarray, "context"] = field(init=False)

    def __post_init__(self) -> None:
        if self.contexts < 1:
            raise ValueError(f"contexts is {self.contexts}, must be at least 1")
        self.ones, self.trials = np.zeros(self.contexts), np.zeros(self.contexts)

    def error(self, context: int, event: bool) -> float:
        """Return −log₂ of the chance that was given to what happened."""
        chance = (self.ones[context] + 0.5) / (self.trials[context] + 1)
        return float(-np.log2(chance if event else 1 - chance))

    def learn(self, context: int, event: bool) -> None:
        """Count what happened."""
        self.ones[context] += event
        self.trials[context] += 1


@dataclass
class MeanBonus:
    """The mean of the bonuses met in each situation."""

    shape: tuple[int, ...]
    total: Float[np.ndarray, "..."] = field(init=False)
    times: Float[np.ndarray, "..."] = field(init=False)

    def __post_init__(self) -> None:
        self.total, self.times = np.full(self.shape, FIRST), np.ones(self.shape)

    def learn(self, situation: tuple[int, ...], bonus: float) -> None:
        """Take a bonus into the mean."""
        self.total[situation] += bonus
        self.times[situation] += 1

    @property
    def mean(self) -> Float[np.ndarray, "..."]:
        """Return the means; the first bonus counts once."""
        return self.total / self.times
