"""The parts of a trial between which an agent can get better: its episodes, an episode's own trials, or two halves."""

from typing import Any

import numpy as np
from jaxtyping import Float

HALVES = 2


def parts_of(rules: Any, episodes: int) -> int:
    """Return how many parts a trial has."""
    trials = int(getattr(rules, "trials", 1))
    return max(episodes * trials, HALVES)


def split(reward: Float[np.ndarray, "time"], parts: int) -> Float[np.ndarray, "part"]:
    """Return the reward of each part, given that of each step."""
    return np.array([part.sum() for part in np.array_split(reward, parts)])
