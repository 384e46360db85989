"""Exact expected returns with two dependent arms, in closed form.

Whichever arm is pulled, the same is learned about p: a success of the one arm says what a failure of the other says.
Nothing is gained by exploring, greedy is optimal and earns Σ_t E[max(m_t, 1 − m_t)], where m_t is the posterior mean of
p after t pulls, which depends on the number s of signs that p is high.
"""

import numpy as np
from jaxtyping import Float
from scipy.special import betainc, expit
from scipy.stats import binom

from athanor.tasks.bandit.environment import Bandit

Signs = Float[np.ndarray, "signs"]  # by their number: 0, …, t


def dependent_values(rules: Bandit) -> dict[str, float]:
    """Return every agent's expected return; raise ValueError where arms are independent."""
    if not rules.dependent:
        raise ValueError("dependent is False, must be True")
    greedy = thompson = 0.0
    for time in range(rules.pulls):
        chance, mean, high = _posterior(rules.low, time)
        greedy += chance @ np.maximum(mean, 1 - mean)
        thompson += chance @ (high * mean + (1 - high) * (1 - mean))
    best = 0.75 if rules.low is None else 1 - rules.low
    return {
        "oracle": rules.pulls * best,
        "bayes_optimal": float(greedy),
        "random": rules.pulls / 2,
        "greedy": float(greedy),
        "thompson": float(thompson),
    }


def _posterior(low: float | None, time: int) -> tuple[Signs, Signs, Signs]:
    """Return, by the number of signs: its probability, the posterior mean of p, and the probability of p > 1/2."""
    signs = np.arange(time + 1)
    if low is None:
        chance = np.full(time + 1, 1 / (time + 1))
        return chance, (signs + 1) / (time + 2), 1 - betainc(signs + 1, time - signs + 1, 0.5)
    chance = (binom.pmf(signs, time, low) + binom.pmf(signs, time, 1 - low)) / 2
    high = expit((2 * signs - time) * np.log(1 / low - 1))
    return chance, low + (1 - 2 * low) * high, high
