"""Exact values in deep sea: the same for every task, as only the names of the actions differ."""

import numpy as np
from jaxtyping import Float

from athanor.tasks.deep_sea.environment import DeepSea


def optimal_values(rules: DeepSea) -> Float[np.ndarray, "row column action"]:
    """Return the values of turning left and right, then playing best, by backward induction from the last row."""
    columns = np.arange(rules.size)
    left, right = np.maximum(columns - 1, 0), np.minimum(columns + 1, rules.size - 1)
    pays = (columns == rules.size - 1) - rules.cost / rules.size
    values, later = np.empty((rules.size, rules.size, 2)), np.zeros(rules.size)
    for row in reversed(range(rules.size)):
        turned = pays + (1 - rules.slip) * later[right] + rules.slip * later
        values[row] = np.stack([later[left], turned], axis=1)
        later = values[row].max(axis=1)
    return values


def optimal(rules: DeepSea) -> float:
    """Return the greatest expected return: of always turning right until a turn fails, or of never doing so."""
    return float(optimal_values(rules)[0, 0].max())


def random(rules: DeepSea) -> float:
    """Return the expected return where every action is drawn uniformly."""
    return policy_return(rules, np.full((rules.size, rules.size), 0.5))


def policy_return(rules: DeepSea, right: Float[np.ndarray, "row column"]) -> float:
    """Return the expected return of turning right with some probability in each cell."""
    columns = np.arange(rules.size)
    ahead, back = np.minimum(columns + 1, rules.size - 1), np.maximum(columns - 1, 0)
    presence, total = np.eye(rules.size)[0], 0.0
    for turning in right:
        turned, other = presence * turning, presence * (1 - turning)
        total += turned[-1] - turned.sum() * rules.cost / rules.size
        moved = np.bincount(ahead, turned * (1 - rules.slip), rules.size)
        presence = moved + turned * rules.slip + np.bincount(back, other, rules.size)
    return float(total)
