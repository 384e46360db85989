"""Exact costs of regulation with a random b: static gains, the oracle, and the best use of memory.

All costs are expectations over b and over the start, whose variance is 1; returns are their negatives. With u = −k x,
the closed loop is x_t = m^t x_0, m = a − b k, so that over H steps

    cost(k, b) = (1 + weight · k²) Σ_{t<H} m^{2t},

and as b is uniform over an interval, each power has its integral in closed form:

    E m^{2t} = (m(low)^{2t+1} − m(high)^{2t+1}) / ((2t + 1) k (high − low)).
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize_scalar

from athanor.tasks.lqr.environment import Lqr

NODES = 200  # of the quadrature over b; the integrands are smooth


def static_cost(rules: Lqr, gain: float, b: Float[np.ndarray, "b"]) -> Float[np.ndarray, "b"]:
    """Return the cost of a static gain for each b."""
    factor = (rules.a - b * gain)[:, None] ** (2 * np.arange(rules.steps))
    return (1 + rules.weight * gain**2) * factor.sum(axis=1)


def randomised_cost(rules: Lqr, gain: float) -> float:
    """Return the expected cost of a static gain, in closed form."""
    powers = 2 * np.arange(rules.steps) + 1
    if gain == 0:
        return float((rules.a ** (powers - 1)).sum())
    ends = (rules.a - np.array([rules.low, rules.high]) * gain)[:, None] ** powers
    means = (ends[0] - ends[1]) / (powers * gain * (rules.high - rules.low))
    return float((1 + rules.weight * gain**2) * means.sum())


def robust_gain(rules: Lqr) -> float:
    """Return the static gain of the least expected cost."""
    return _least(rules, lambda gain: randomised_cost(rules, gain))


def nominal_gain(rules: Lqr) -> float:
    """Return the static gain of the least cost for the mean b, as if that were the only one."""
    mean = np.array([(rules.low + rules.high) / 2])
    return _least(rules, lambda gain: float(static_cost(rules, gain, mean)[0]))


def _least(rules: Lqr, cost: Callable[[float], float]) -> float:
    """Return the gain of the least cost: on a mesh, then refined between its neighbours.

    Beyond 2 a / low the loop of every b is unstable or at its edge.
    """
    mesh = np.sign(rules.a) * np.linspace(0, 2 * abs(rules.a) / rules.low, 2001)
    best = int(np.argmin([cost(gain) for gain in mesh]))
    bounds = sorted((mesh[max(best - 1, 0)], mesh[min(best + 1, len(mesh) - 1)]))
    return float(minimize_scalar(cost, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x)


def riccati(rules: Lqr, b: Float[np.ndarray, "b"], steps: int) -> Float[np.ndarray, "b"]:
    """Return the least cost from x = 1 over some steps with a known b: P' = 1 + weight a² P / (weight + b² P)."""
    value = np.zeros_like(b)
    for _ in range(steps):
        value = 1 + rules.weight * rules.a**2 * value / (rules.weight + b**2 * value)
    return value


def oracle_cost(rules: Lqr) -> float:
    """Return the expected least cost of an agent that knows b."""
    b, weight = over_b(rules)
    return float(weight @ riccati(rules, b, rules.steps))


def memory_cost(rules: Lqr) -> float:
    """Return the least expected cost of an agent that does not know b and remembers.

    Nothing is random but b: one step with an input that is not 0 reveals it. So the first input minimises
    weight u² + E P(b) (a x + b u)², P the oracle's cost over the steps after it, and the rest is the oracle's play:

        1 + a² E P − (a E P b)² / (weight + E P b²).
    """
    b, weight = over_b(rules)
    later = riccati(rules, b, rules.steps - 1)
    mean, first, second = (float(weight @ (later * b**power)) for power in range(3))
    return 1 + rules.a**2 * mean - (rules.a * first) ** 2 / (rules.weight + second)


def over_b(rules: Lqr) -> tuple[Float[np.ndarray, "node"], Float[np.ndarray, "node"]]:
    """Return nodes and weights of Gauss and Legendre's quadrature over b, the weights summing to 1."""
    node, weight = np.polynomial.legendre.leggauss(NODES)
    return (rules.low + rules.high + (rules.high - rules.low) * node) / 2, weight / 2
