"""Split what learners stay below the Bayes-optimal agent into inference and control."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.inference_and_control.config import InferenceAndControl
from athanor.experiments.task_inference.inference_and_control.estimands import CELL, ESTIMANDS, GAME
from athanor.experiments.task_inference.not_run import with_not_run
from athanor.reporting.estimands import estimates
from athanor.reporting.statistics import mean
from athanor.results import read_table

RUN = [*CELL, "run"]
ALCHEMY = ("simple_alchemy", "5x20", 5)  # and its trials


def run(
    statistics: Statistics,
    inference_and_control: InferenceAndControl,
    rng: np.random.Generator,
    divergences: tuple[Path, ...],
    returns: tuple[Path, ...],
    learning_scales: Path,
    optimal_rewards: Path,
    alchemy: Path,
) -> dict[str, pd.DataFrame]:
    """Return `decoded_beliefs` by step, `inference_and_control` (one row per run) and the estimates."""
    beliefs = pd.concat([read_table(path) for path in divergences], ignore_index=True)
    played = pd.concat([read_table(path) for path in returns], ignore_index=True)
    splits = split_scores(played, read_table(learning_scales).set_index(list(GAME)))
    optimal = pd.concat(
        [optimal_gains(read_table(optimal_rewards)), simulated_gain(read_table(alchemy), statistics, rng)]
    )
    cells = reported_cells(inference_and_control)
    tables = {
        "ends": with_not_run(beliefs[beliefs["step"] == last_step(beliefs)], cells),
        "shares": with_not_run(shares(beliefs), cells),
        "splits": with_not_run(splits, cells),
        "gains": with_not_run(
            gains(played), cells.merge(pd.DataFrame({"player": ["own", "exact"]}), how="cross")
        ),
        "optimal": with_not_run(optimal, cells[list(GAME)].drop_duplicates()),
    }
    found = estimates("task_inference", ESTIMANDS, tables, statistics, rng)
    return {
        "decoded_beliefs": beliefs,
        "inference_and_control": splits.round(5),
        "estimates/inference_and_control": found,
    }


def last_step(beliefs: pd.DataFrame) -> pd.Series:
    """Return the last step of each row's game."""
    return beliefs.groupby(list(GAME))["step"].transform("max")


def shares(beliefs: pd.DataFrame) -> pd.DataFrame:
    """Return by run the mean divergence along a trial, and as a share of what a memory without information has."""
    along = beliefs.groupby(RUN, as_index=False, sort=False)[["bits", "information"]].mean()
    return along.assign(share=along["bits"] / along["information"])


def split_scores(played: pd.DataFrame, scale: pd.DataFrame) -> pd.DataFrame:
    """Return by run the scores of the three players, and what the learner's stays below 1 in three parts.

    shortfall = control (of the exact-belief agent) + belief (its loss on the decoded one) + own control (the rest).
    """
    totals = played.groupby([*RUN, "player"], sort=False)["mean_return"].sum(min_count=1).unstack("player")
    own = scale.loc[pd.MultiIndex.from_frame(totals.index.to_frame()[list(GAME)])]
    least, most = (own[agent].to_numpy()[:, None] for agent in ("random", "bayes_optimal"))
    scores = ((totals - least) / (most - least)).rename_axis(columns=None)
    return scores.assign(
        shortfall=1 - scores["own"],
        control=1 - scores["exact"],
        belief=scores["exact"] - scores["decoded"],
        own_control=scores["decoded"] - scores["own"],
    ).reset_index()


def gains(played: pd.DataFrame) -> pd.DataFrame:
    """Return by run and player what the last part of a trial earns more than the first."""
    return gained(played, [*RUN, "player"])


def gained(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return what the last part earns more than the first, by keys."""
    wide = rows.sort_values("part").groupby(keys, sort=False)["mean_return"].agg(["first", "last"])
    nothing = rows.groupby(keys, sort=False)["mean_return"].count() == 0
    return (wide["last"] - wide["first"]).mask(nothing).rename("gain").reset_index()


def optimal_gains(rewards: pd.DataFrame) -> pd.DataFrame:
    """Return the exact gains of the Bayes-optimal agent."""
    found = gained(rewards, list(GAME))
    return found.assign(low=found["gain"], high=found["gain"])


def simulated_gain(returns: pd.DataFrame, statistics: Statistics, rng: np.random.Generator) -> pd.DataFrame:
    """Return the gain of Simple Alchemy's exact policy with its interval; no row where it plays fewer trials."""
    family, setting, trials = ALCHEMY
    wide = returns.pivot(index="episode", columns="trial", values="return")
    if len(wide.columns) != trials:
        return pd.DataFrame(columns=[*GAME, "gain", "low", "high"])
    gain = (wide.iloc[:, -1] - wide.iloc[:, 0]).to_numpy(float)
    found = mean(gain, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples)
    return pd.DataFrame([(family, setting, *found)], columns=[*GAME, "gain", "low", "high"])


def reported_cells(given: InferenceAndControl) -> pd.DataFrame:
    """Return the games and learners that are reported: those of the whole study that are left out were not run."""
    study = InferenceAndControl()
    games = dict.fromkeys((game.family, game.setting) for game in (*study.games, *given.games))
    learners = dict.fromkeys((*study.learners, *given.learners))
    return pd.DataFrame([(*game, learner) for game in games for learner in learners], columns=list(CELL))
