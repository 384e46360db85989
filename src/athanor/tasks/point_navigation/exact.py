"""The greatest expected return in point navigation, in closed form.

Each coordinate moves by itself, and the greedy play leaves each as near to the goal's as any play can, at every step.
So its return is the greatest. It ends early only where the next step would arrive and cost nothing. After t steps a
coordinate is max(|g| − t · stride, 0) away: with |g| uniform over [0, half] it has arrived, or lies uniformly over
[0, L], L = half − t · stride, with probability p = L / half. With both uniform the distance has mean
(√2 + arsinh 1) / 3 · L, with one alone L / 2.
"""

import math

import numpy as np
from jaxtyping import Float

from athanor.tasks.point_navigation.environment import PointNavigation

IN_A_SQUARE = (math.sqrt(2) + math.asinh(1)) / 3  # mean distance to a corner, in sides


def distances(rules: PointNavigation) -> Float[np.ndarray, "steps"]:
    """Return the expected distance after each step of greedy play."""
    left = np.maximum(rules.half - rules.stride * np.arange(1, rules.steps + 1), 0.0)
    moving = left / rules.half
    return left * (moving**2 * IN_A_SQUARE + moving * (1 - moving))


def optimal(rules: PointNavigation) -> float:
    """Return the greatest expected return of an agent that knows the goal."""
    return -float(distances(rules).sum())


def greedy_return(rules: PointNavigation, goal: Float[np.ndarray, "goal 2"]) -> Float[np.ndarray, "goal"]:
    """Return what greedy play earns for each goal."""
    left, total = np.abs(goal), np.zeros(len(goal))
    for _ in range(rules.steps):
        left = np.maximum(left - rules.stride, 0.0)
        total -= np.hypot(*left.T)
    return total


def waiting(rules: PointNavigation) -> float:
    """Return the expected return of staying in the middle; goals nearer than `near` end the episode after one step."""
    mean, never = IN_A_SQUARE * rules.half, rules.steps
    share = (rules.near / rules.half) ** 2  # of goals that are met at once
    close = IN_A_SQUARE * rules.near  # their mean distance
    return -float(never * mean - (never - 1) * share * close)
