"""Place learners on the scale of their game: 0 is what random play earns, 1 what the Bayes-optimal agent does.

Where the optimum is known between bounds alone, 1 is the lower one.
"""

import numpy as np
import pandas as pd
from jaxtyping import Float

GAME = ["family", "setting"]
CELL = [*GAME, "learner"]
RUN = [*CELL, "run", "tasks"]
SIMPLE_ALCHEMY = ("simple_alchemy", "5x20")
NEAR_OPTIMAL = 0.99


def scales(returns: pd.DataFrame, episodes: pd.DataFrame, alchemy: pd.DataFrame) -> pd.DataFrame:
    """Return what random play, the optimum and the oracle earn in each game, for the number of episodes it is played.

    `episodes` has a row per game; `alchemy` is Simple Alchemy's own yardstick, by number of trials.
    """
    wide = returns.merge(episodes, on=[*GAME, "episodes"]).pivot(
        index=GAME, columns="agent", values=["lower", "expected_return"]
    )
    found = pd.DataFrame(
        {
            "random": wide["expected_return", "random"],
            "bayes_optimal": wide["lower", "bayes_optimal"],
            "oracle": wide["expected_return", "oracle"],
        }
    )
    if SIMPLE_ALCHEMY in set(episodes[GAME].itertuples(index=False, name=None)):
        whole = alchemy.sort_values("trials").iloc[-1]
        found.loc[SIMPLE_ALCHEMY, :] = [float(whole[agent]) for agent in found.columns]
    return found.rename_axis(GAME)


def scored(curves: pd.DataFrame, scale: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """Return curves with the score of each point; raise ValueError for a game without a scale.

    The tasks of a run can be worth more or less than those of the prior. Random play and the oracle earn on them what
    `references` say; in between, in proportion, lies what the Bayes-optimal agent can be expected to. By what that exceeds
    its return over the prior the return of the run is corrected: a control variate, whose expectation is 0.
    """
    missing = set(curves[GAME].itertuples(index=False, name=None)) - set(scale.index)
    if missing:
        raise ValueError(f"game is {' '.join(min(missing))}, must be one with exact returns")
    own = scale.loc[pd.MultiIndex.from_frame(curves[GAME])]
    earned = curves["mean_return"].to_numpy() - own["random"].to_numpy() - luck(curves, own, references)
    return curves.assign(score=earned / (own["bayes_optimal"] - own["random"]).to_numpy())


def luck(curves: pd.DataFrame, scale: pd.DataFrame, references: pd.DataFrame) -> Float[np.ndarray, "row"]:
    """Return by how much the tasks of each row are worth more than those of the prior; 0 where that is not known.

    `scale` has a row for each of the curves.
    """
    keys = [*GAME, "run", "tasks"]
    on_tasks = curves[keys].merge(references, on=keys, how="left", validate="many_to_one")
    random, bayes_optimal, oracle = (
        scale[agent].to_numpy() for agent in ("random", "bayes_optimal", "oracle")
    )
    share = (bayes_optimal - random) / (oracle - random)
    more = (1 - share) * (on_tasks["random"] - random) + share * (on_tasks["oracle"] - oracle)
    return more.fillna(0.0).to_numpy(float)


def ends(points: pd.DataFrame) -> pd.DataFrame:
    """Return what each run earns at its last point: return and score."""
    last = points[points["steps"] == points.groupby(GAME)["steps"].transform("max")]
    return last.rename(columns={"mean_return": "return"})[[*RUN, "return", "score"]].reset_index(drop=True)


def areas(points: pd.DataFrame) -> pd.DataFrame:
    """Return the mean score along each run's curve: the area under it (trapezia), as a share of the training."""

    def area(rows: pd.DataFrame) -> float:
        ordered = rows.sort_values("steps")["score"].to_numpy()
        return float(((ordered[1:] + ordered[:-1]) / 2).mean())

    found = points.groupby(RUN, sort=False)[["steps", "score"]].apply(area)
    return found.rename("area").reset_index()


def trials_to_optimum(points: pd.DataFrame, trials: pd.Series) -> pd.DataFrame:
    """Return after how many trials of training the runs' mean score on held-out tasks first is near 1.

    `trials` are those of a whole run, by game. Where the mean never is near 1, the number is infinite; a run that
    diverged counts as random play.
    """
    held_out = points[points["tasks"] == "held_out"].fillna({"score": 0.0})
    mean = held_out.groupby([*CELL, "steps"], as_index=False, sort=False)["score"].mean()
    played = mean["steps"] / mean.groupby(GAME)["steps"].transform("max")
    mean["trials"] = played * trials.loc[pd.MultiIndex.from_frame(mean[GAME])].to_numpy()
    mean.loc[mean["score"] < NEAR_OPTIMAL, "trials"] = np.inf
    return mean.groupby(CELL, as_index=False, sort=False)["trials"].min()
