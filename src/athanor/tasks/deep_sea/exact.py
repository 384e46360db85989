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
    columns = np.arange(rules.size)
    presence, total = np.eye(rules.size)[0], 0.0
    for _ in range(rules.size):
        total += (presence[-1] - rules.cost / rules.size) / 2
        ahead = np.bincount(np.minimum(columns + 1, rules.size - 1), presence * (1 - rules.slip), rules.size)
        back = np.bincount(np.maximum(columns - 1, 0), presence, rules.size)
        presence = (ahead + rules.slip * presence + back) / 2
    return float(total)
