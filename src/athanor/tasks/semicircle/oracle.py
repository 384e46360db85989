"""The semicircle for an agent that knows the target: how many steps to it, and how often it is hit, in closed form."""

import math
from itertools import pairwise

from athanor.tasks.semicircle.environment import Semicircle


def oracle(rules: Semicircle) -> float:
    """Return the greatest expected return where the target is known: the mean of floor(steps / n) over its n.

    After n steps an agent can be anywhere in the square of half side n · speed; a hit takes it back to the origin.
    """
    shares = [share_within(rules, n) for n in range(rules.steps + 1)]
    return sum(
        (now - before) * (rules.steps // n) for n, (before, now) in enumerate(pairwise(shares), start=1)
    )


def share_within(rules: Semicircle, steps: int) -> float:
    """Return the share of the arc that can be hit within a number of steps."""
    first, quarter = _first_angle(rules, steps), math.pi / 2
    if first is None:
        return 0.0
    quarters = range(math.ceil(rules.max_angle / quarter))
    lengths = [
        min((number + 1) * quarter - first, rules.max_angle) - (number * quarter + first)
        for number in quarters
    ]
    return sum(max(length, 0.0) for length in lengths) / rules.max_angle


def _first_angle(rules: Semicircle, steps: int) -> float | None:
    """Return the least angle in reach; by symmetry the others are those up to π/2 minus it, and so in each quarter.

    The nearest point of the square of half side a to the point at angle w is on its side, cos w − a away, where
    sin w ≤ a, and else its corner: 1 + 2 a² − 2 √2 a cos(w − π/4) is the squared distance.
    """
    side, radius = rules.speed * steps, rules.radius
    angle = math.acos(min(1.0, side + radius))
    if math.sin(angle) <= side:
        return angle
    cosine = (1 + 2 * side**2 - radius**2) / (2 * math.sqrt(2) * side) if side else math.inf
    return math.pi / 4 - math.acos(cosine) if cosine <= 1 else None
