"""Scores target by target, for what is said of targets that nobody trained on: these are a sample as the runs are."""

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.results import Arrays

NARROW, HELD_OUT = "narrow", "held_out"


def target_scores(
    distance: Float[np.ndarray, "seed target"], targets: pd.DataFrame
) -> Float[np.ndarray, "seed target"]:
    """Return 1 - (d - best) / mean(start - best): the mean over the targets is the score on all of them."""
    start, best = targets["start_distance"].to_numpy(), targets["best_distance"].to_numpy()
    return np.asarray(1.0 - (distance - best) / (start - best).mean(), float)


def narrow_rows(ends: Arrays, held_out: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of one training condition on the narrow targets of its level of obstacles, NaN without any."""
    level = str(ends["obstacles"])
    chosen = (held_out["test_distribution"] == NARROW) & (held_out["test_obstacles"] == level)
    names = {name: str(ends[name]) for name in ("observation", "distribution")}
    if not chosen.any():
        return pd.DataFrame([{**names, "seed": 0, "target": 0, "score": np.nan}])
    return _rows(ends, held_out[chosen], names)


def order_rows(ends: Arrays, held_out: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of one order of tasks on the held-out targets of the base condition, which alone it was tested on."""
    return _rows(ends, held_out.reset_index(drop=True), {"order": str(ends["order"]), "tested_on": HELD_OUT})


def wide_cost(rows: pd.DataFrame) -> pd.DataFrame:
    """Return, by run and target, the score trained on narrow targets less the mean of those trained on wider ones.

    NaN where one of the two is not there.
    """
    keys = ["observation", "seed", "target"]
    narrow = rows["distribution"] == NARROW
    wide = rows[~narrow].groupby(keys)["score"].agg(lambda values: values.mean(skipna=False))
    own = rows[narrow].set_index(keys)["score"]
    return (own - wide).rename("wide_cost").reset_index()


def _rows(ends: Arrays, targets: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return one row per seed and target, which is named by its place among those of the ends."""
    places = targets.index.to_numpy()
    scores = target_scores(np.asarray(ends["distance"][:, places, -1], float), targets)
    seed, target = np.indices(scores.shape).reshape(2, -1)
    return pd.DataFrame({**names, "seed": seed, "target": places[target], "score": scores.ravel()})
