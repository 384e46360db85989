"""A bound from above on what any agent earns with independent arms, where exact induction is out of reach.

Let an agent pull any number of arms at each step t, for a price λ_t each, and give it Σ_t λ_t: whoever pulls one arm
per step earns what they earned before, so that the best such agent earns no less than any of them. Its arms are
separate problems, all alike: with k arms and n steps

    bound(λ) = Σ_t λ_t + k W_0(0, 0),    W_t(s, m) = W_{t+1}(s, m) + max(0, A_t(s, m) − λ_t),

where A_t, the advantage of a pull before its price, is μ + E[W_{t+1}(next)] − W_{t+1}(s, m), and W_n = 0. The bound holds
at every λ and is convex in it; its least value is found with the maximum smoothed, by a method for smooth functions.

The bound also measures policies: a policy that pulls a_t in step t earns exactly the bound less the expected sum over
the steps of its gaps, Σ_i max(0, A_t(i) − λ_t) + λ_t − A_t(a_t), which are never negative. Gaps vary far less than
rewards do.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize
from scipy.special import expit

from athanor.tasks.bandit.gittins import means

SMOOTHINGS = (1e-2, 3e-3, 1e-3, 3e-4)  # of the maximum, in turn
ITERATIONS = 60  # for each


class Bound(NamedTuple):
    """The bound, the prices at which it is taken, and the advantages at these."""

    value: float
    price: Float[np.ndarray, "time"]
    advantage: Float[np.ndarray, "time pulls successes"]


def lagrangian_bound(arms: int, pulls: int) -> Bound:
    """Return the bound at prices that make it nearly as small as it can be."""
    price = np.linspace(0.9, 0.6, pulls)
    for smoothing in SMOOTHINGS:
        result = minimize(
            _smoothed, price, (arms, smoothing), "L-BFGS-B", jac=True, options={"maxiter": ITERATIONS}
        )
        price = result.x
    return bound_at(arms, price)


def bound_at(arms: int, price: Float[np.ndarray, "time"]) -> Bound:
    """Return the bound at given prices."""
    advantage = np.zeros((len(price),) * 3)
    value, mean = np.zeros((len(price) + 1,) * 2), means(len(price))
    for time in reversed(range(len(price))):
        size = time + 1
        advantage[time, :size, :size] = _advantage(mean, value, size)
        value[:size, :size] += np.maximum(0.0, advantage[time, :size, :size] - price[time])
    return Bound(float(price.sum() + arms * value[0, 0]), price, advantage)


def _advantage(
    mean: Float[np.ndarray, "pulls successes"], value: Float[np.ndarray, "pulls successes"], size: int
) -> Float[np.ndarray, "{size} {size}"]:
    """Return A where fewer than `size` pulls were made, given W of the next step."""
    chance = mean[:size, :size]
    paid, unpaid = value[1 : size + 1, 1 : size + 1], value[1 : size + 1, :size]
    return chance * (1.0 + paid) + (1.0 - chance) * unpaid - value[:size, :size]


def _smoothed(
    price: Float[np.ndarray, "time"], arms: int, smoothing: float
) -> tuple[float, Float[np.ndarray, "time"]]:
    """Return the bound and its gradient in the prices, with τ log(1 + exp(x / τ)) in place of max(0, x)."""
    steps = len(price)
    value, mean = np.zeros((steps + 1, steps + 1)), means(steps)
    pulled = []  # how much of an arm is pulled, by time from the last one
    for time in reversed(range(steps)):
        size = time + 1
        excess = (_advantage(mean, value, size) - price[time]) / smoothing
        value[:size, :size] += smoothing * np.logaddexp(0.0, excess)
        pulled.append(expit(excess))
    pulls = np.array(_expected_pulls(arms, mean, pulled[::-1]))
    return float(price.sum() + arms * value[0, 0]), 1.0 - pulls


def _expected_pulls(
    arms: int, mean: Float[np.ndarray, "pulls successes"], pulled: list[Float[np.ndarray, "_ _"]]
) -> list[float]:
    """Return how many arms are pulled at each time, in expectation."""
    occupied = np.zeros_like(mean)  # arms by pulls and successes, in expectation
    occupied[0, 0] = arms
    expected = []
    for size, share in enumerate(pulled, 1):
        moving = occupied[:size, :size] * share
        expected.append(moving.sum())
        occupied[:size, :size] -= moving
        occupied[1 : size + 1, 1 : size + 1] += moving * mean[:size, :size]
        occupied[1 : size + 1, :size] += moving * (1.0 - mean[:size, :size])
    return expected
