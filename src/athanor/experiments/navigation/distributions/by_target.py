"""Scores target by target, for what is said of targets that nobody trained on: these are a sample as the runs are."""

import numpy as np
import pandas as pd

from athanor.experiments.navigation.distributions.scale import target_scores
from athanor.results import Arrays

NARROW, HELD_OUT = "narrow", "held_out"


def narrow_rows(ends: Arrays, held_out: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of one training condition on the narrow targets of its level of obstacles, NaN without any."""
    level = str(ends["obstacles"])
    chosen = (held_out["test_distribution"] == NARROW) & (held_out["test_obstacles"] == level)
    return _of_distributions(ends, held_out[chosen])


def wide_rows(ends: Arrays, held_out: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of one training condition on wider targets of its level, NaN without any.

    They are all of these where it was trained on narrow ones, otherwise those of its own distribution.
    """
    own, level = str(ends["distribution"]), str(ends["obstacles"])
    chosen = (held_out["test_distribution"] != NARROW) & (held_out["test_obstacles"] == level)
    if own != NARROW:
        chosen &= held_out["test_distribution"] == own
    return _of_distributions(ends, held_out[chosen])


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


def narrow_cost(rows: pd.DataFrame) -> pd.DataFrame:
    """Return, by run and target, the score trained on the target's own wider distribution less that trained on narrow ones.

    NaN where one of the two is not there.
    """
    keys = ["observation", "seed", "target"]
    narrow = rows["distribution"] == NARROW
    own, ours = (rows[chosen].groupby(keys)["score"].mean() for chosen in (~narrow, narrow))
    return (own - ours).rename("narrow_cost").reset_index()


def _of_distributions(ends: Arrays, targets: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one training condition on some targets, those of each distribution on a scale of their own."""
    names = {name: str(ends[name]) for name in ("observation", "distribution")}
    parts = [_rows(ends, part, names) for _, part in targets.groupby("test_distribution", sort=False)]
    blank = pd.DataFrame([{**names, "seed": 0, "target": 0, "score": np.nan}])
    return pd.concat(parts or [blank], ignore_index=True)


def _rows(ends: Arrays, targets: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return one row per seed and target, which is named by its place among those of the ends."""
    places = targets.index.to_numpy()
    scores = target_scores(np.asarray(ends["distance"][:, places, -1], float), targets)
    seed, target = np.indices(scores.shape).reshape(2, -1)
    return pd.DataFrame({**names, "seed": seed, "target": places[target], "score": scores.ravel()})
