"""Which discounts are best in the chains, exactly.

A value estimate v(s) of the undiscounted return v*(s) that moves by a rate α towards returns with discounts γ,

    G(s) = R(s) + γ(s) G(s + 1),    v(s) ← v(s) + α (G(s) − v(s)),

is in the long run E G(s) in the mean, with variance κ Var G(s), κ = α / (2 − α). Its mean squared error is

    e(s) = (E G(s) − v*(s))² + κ Var G(s):

small discounts keep noise out and leave signal out too. The discount of the last state multiplies nothing.

A meta-gradient that follows all of what the discounts did to v descends this error. One that follows only what they did
in the last update, ∂v/∂γ = α ∂G/∂γ, takes E[(v − v*) α ∂G/∂γ] for the gradient: with Cov(v, ∂G) = α Cov(G, ∂G), as
only the last update shares its noise, that is the gradient of the same error with κ = α.
"""

import numpy as np
from jaxtyping import Float
from numpy.polynomial import Polynomial

from athanor.tasks.chains.environment import Chains

PerState = Float[np.ndarray, "state"]
_SWEEPS, _CLOSE = 10_000, 1e-14  # of the descent: at most, and the change of a discount that ends it


def moments(rules: Chains, discounts: PerState) -> tuple[PerState, PerState]:
    """Return mean and variance of the discounted return from each state of a chain of noise."""
    odd = np.arange(rules.length) % 2 == 1
    mean, variance = np.where(odd, rules.signal, 0.0), np.where(odd, 0.0, rules.deviation**2)
    for state in reversed(range(rules.length - 1)):
        mean[state] += discounts[state] * mean[state + 1]
        variance[state] += discounts[state] ** 2 * variance[state + 1]
    return mean, variance


def long_run(rate: float) -> float:
    """Return κ of an estimate in the long run: the share of the returns' variance that it keeps."""
    return rate / (2 - rate)


def errors(rules: Chains, discounts: PerState, kappa: float) -> PerState:
    """Return the mean squared error of each state's estimate in the long run."""
    target, _ = moments(rules, np.ones(rules.length))
    mean, variance = moments(rules, discounts)
    return (mean - target) ** 2 + kappa * variance


def best_single(rules: Chains, kappa: float) -> float:
    """Return the one discount of all states with the least mean error, which is a polynomial of the discount."""
    found = _polynomial(rules, kappa)
    roots = found.deriv().roots()
    inside = roots.real[(abs(roots.imag) < 1e-9) & (roots.real > 0) & (roots.real < 1)]
    choices = np.array([0.0, 1.0, *inside])
    return float(choices[np.argmin(found(choices))])


def _polynomial(rules: Chains, kappa: float) -> Polynomial:
    """Return the sum of errors as a polynomial of the discount that all states share."""
    discount, total = Polynomial([0.0, 1.0]), Polynomial([0.0])
    target, _ = moments(rules, np.ones(rules.length))
    mean = variance = Polynomial([0.0])
    for state in reversed(range(rules.length)):
        signal, noise = (rules.signal, 0.0) if state % 2 else (0.0, rules.deviation**2)
        mean, variance = signal + discount * mean, noise + discount**2 * variance
        total += (mean - target[state]) ** 2 + kappa * variance
    return total


def best_by_state(rules: Chains, kappa: float) -> PerState:
    """Return the discount of each state with the least mean error; the last state's is 1.

    The sum of errors is a convex parabola of each single discount, whose lowest point in [0, 1] is taken in turn.
    """
    discounts = np.ones(rules.length)
    for _ in range(_SWEEPS):
        before = discounts.copy()
        for state in range(rules.length - 1):
            discounts[state] = _lowest(rules, discounts, state, kappa)
        if abs(discounts - before).max() < _CLOSE:
            break
    return discounts


def _lowest(rules: Chains, discounts: PerState, state: int, kappa: float) -> float:
    """Return the best discount of one state, given all others: from the parabola through 0, 1/2 and 1."""
    at = []
    for value in (0.0, 0.5, 1.0):
        tried = discounts.copy()
        tried[state] = value
        at.append(errors(rules, tried, kappa).sum())
    curvature = 2 * (at[0] - 2 * at[1] + at[2])
    slope = at[2] - at[0] - curvature
    if curvature <= 0:
        return float(np.argmin([at[0], at[2]]))
    return float(np.clip(-slope / (2 * curvature), 0.0, 1.0))


def threshold(rules: Chains) -> float:
    """Return the discount above which a chain's far reward is worth more: near = γ^(length − 1) far."""
    return float((rules.near / rules.far) ** (1 / (rules.length - 1)))
