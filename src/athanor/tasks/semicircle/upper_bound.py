"""An upper bound of the Bayes-optimal return of the semicircle: no path finds targets faster than it can sweep.

Until the first hit a policy is a path (or a mixture of paths), and after it no policy beats one that knows the target.
So the return is at most that of the best assignment of targets to the steps at which they are found, if no more of the
arc is found by any step than a path can have swept by then.
"""

import math

import numpy as np
from jaxtyping import Float
from scipy.optimize import linprog

from athanor.tasks.semicircle.environment import Semicircle
from athanor.tasks.semicircle.oracle import share_within


def upper_bound(rules: Semicircle) -> float:
    """Return the value of the linear program over the share of the arc found at each step, by steps to the target.

    A target n steps away that is found at step t ≥ n is hit 1 + floor((steps − t) / n) times.
    """
    times, lengths = np.arange(1, rules.steps + 1)[:, None], np.arange(1, rules.steps + 1)
    shares = np.diff([share_within(rules, n) for n in range(rules.steps + 1)])
    lengths, shares = lengths[shares > 0], shares[shares > 0]
    hits = np.where(times >= lengths, 1 + (rules.steps - times) // lengths, 0)
    found_by = np.kron(np.tril(np.ones((rules.steps,) * 2)), np.ones(len(lengths)))
    of_each = np.kron(np.ones(rules.steps), np.eye(len(lengths)))
    limits = np.concatenate([swept_by(rules), shares])
    solution = linprog(-hits.ravel(), A_ub=np.concatenate([found_by, of_each]), b_ub=limits)
    return float(-solution.fun)


def swept_by(rules: Semicircle) -> Float[np.ndarray, "step"]:
    """Return a bound on the share of the arc that a path can have swept by each step, from the first on.

    A position covers angles at most asin(radius) away from its own, and only if it is at least 1 − radius from the
    centre. Two such positions that are k steps apart differ in angle by at most 2 asin(k · step / (2 (1 − radius))), with
    the step along the diagonal; and the later one covers at most 2 asin(radius) of angles. The smaller of the two bounds
    what it adds; per step, that is greatest for some k.
    """
    width, step = 2 * math.asin(rules.radius), math.sqrt(2) * rules.speed
    apart = np.arange(1, math.ceil(2 / step) + 1)
    turned = 2 * np.arcsin(np.minimum(apart * step / (2 * (1 - rules.radius)), 1.0))
    per_step = (np.minimum(turned, width) / apart).max()
    times = np.arange(1, rules.steps + 1)
    reachable = np.array([share_within(rules, int(time)) > 0 for time in times])
    first = times[reachable.argmax()]
    swept = np.where(reachable, width + per_step * (times - first), 0.0)
    return np.minimum(swept / rules.max_angle, 1.0)
