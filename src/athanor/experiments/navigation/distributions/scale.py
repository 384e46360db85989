"""The scale of scores: 0 where a policy that does nothing ends, which is the start, and 1 at the optimum."""

import numpy as np
import pandas as pd
from jaxtyping import Float


def with_start(held_out: pd.DataFrame, start: tuple[float, float]) -> pd.DataFrame:
    """Return targets with their distance from the start, where a policy that does nothing ends."""
    return held_out.assign(start_distance=np.hypot(held_out["x"] - start[0], held_out["y"] - start[1]))


def target_scores(
    distance: Float[np.ndarray, "seed target"], targets: pd.DataFrame
) -> Float[np.ndarray, "seed target"]:
    """Return 1 - (d - best) / mean(start - best): the mean over the targets is the score on all of them."""
    start, best = targets["start_distance"].to_numpy(), targets["best_distance"].to_numpy()
    return np.asarray(1.0 - (distance - best) / (start - best).mean(), float)


def score(distance: Float[np.ndarray, "seed target"], targets: pd.DataFrame) -> Float[np.ndarray, "seed"]:
    """Return how much of the way from the start to the optimum is covered, mean distances over the targets.

    1 - sum(d - best) / sum(start - best): 0 for a policy that does nothing, 1 for the optimum, below 0 further off.
    """
    return np.asarray(target_scores(distance, targets).mean(1), float)
