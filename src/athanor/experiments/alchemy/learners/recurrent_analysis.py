"""Estimate how near a recurrent meta-learner comes to what is optimal without knowing the task."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

MEMORYLESS = "memoryless_across_trials"  # optimal among what remembers nothing of earlier trials
RUNS = (
    ("recurrent_end", "end", ".1f", "score of an episode, {game} game"),
    ("recurrent_within", "within", ".2f", "score of the last trial less that of the first, {game} game"),
)
SIMPLE = (
    ("recurrent_score", "score", ".3f", "return on Simple Alchemy; 0: random actions, 1: Bayes-optimal"),
    (
        "recurrent_over_memoryless",
        "over_memoryless",
        ".2f",
        "return on Simple Alchemy less the optimum without memory of earlier trials",
    ),
)
ESTIMANDS = (
    Estimand(
        name="simple_return",
        table="exact",
        per=("agent",),
        format=".2f",
        description="exact return of {agent} on Simple Alchemy",
    ),
    Estimand(
        name="recurrent_episodes",
        table="budgets",
        value="episode",
        per=("game",),
        format="d",
        unit="episodes",
        description="training episodes, {game} game",
    ),
    Estimand(
        name="episodes_to_planner",
        table="equalling",
        value="episodes",
        over="seed",
        format=".0f",
        unit="episodes",
        description="training until the recurrent learner earns what CEM does; the whole training where it never does",
    ),
    Estimand(
        name="equals_planner",
        table="equalling",
        value="equals",
        over="seed",
        statistic="share",
        format=".2f",
        description="share of the recurrent learner's runs that ever earn what CEM does",
    ),
    *(
        Estimand(
            name=name, table="runs", value=value, per=("game",), over="seed", format=spec, description=text
        )
        for name, value, spec, text in RUNS
    ),
    *(
        Estimand(
            name=name,
            table="runs",
            value=value,
            where={"game": "simple"},
            over="seed",
            format=spec,
            description=text,
        )
        for name, value, spec, text in SIMPLE
    ),
)


def run(
    statistics: Statistics,
    rng: np.random.Generator,
    yardstick: Path,
    trials: tuple[Path, ...],
    curves: tuple[Path, ...],
    planned: Path,
) -> dict[str, pd.DataFrame]:
    """Return the trials of all games and the estimates; `planned` are returns on Simple Alchemy of CEM."""
    table = pd.concat([read_table(path) for path in trials], ignore_index=True)
    curve_table = pd.concat([read_table(path) for path in curves], ignore_index=True)
    exact = exact_returns(read_table(yardstick))
    tables = {
        "exact": exact.rename("value").rename_axis("agent").reset_index(),
        "budgets": curve_table.groupby("game", as_index=False, sort=False)["episode"].max(),
        "runs": by_run(table, exact),
        "equalling": equalling(
            curve_table[curve_table["game"] == "simple"], mean_return(read_table(planned))
        ),
    }
    return {
        "recurrent_trials": table,
        "estimates/recurrent": estimates("alchemy", ESTIMANDS, tables, statistics, rng),
    }


def exact_returns(yardstick: pd.DataFrame) -> pd.Series:
    """Return the exact returns of an episode of Simple Alchemy, by agent."""
    by_trials = yardstick.set_index("trials", drop=False).sort_index()
    whole = by_trials.iloc[-1]
    found = {agent: float(whole[agent]) for agent in ("random", "bayes_optimal", "oracle")}
    found[MEMORYLESS] = float(by_trials["bayes_optimal"].iloc[0] * whole["trials"] / by_trials.index[0])
    return pd.Series(found)


def mean_return(planned: pd.DataFrame) -> float:
    """Return the mean return of an episode."""
    return float(planned.groupby("episode")["return"].sum().mean())


def equalling(curves: pd.DataFrame, planned: float) -> pd.DataFrame:
    """Return the training episodes after which each run first scores as much as planned; all of them where it never does."""
    rows = []
    for seed, run in curves.sort_values("episode").groupby("seed"):
        reached = run["episode"][run["score"] >= planned]
        episodes = reached.iloc[0] if len(reached) else run["episode"].iloc[-1]
        rows.append({"seed": seed, "episodes": float(episodes), "equals": float(len(reached) > 0)})
    return pd.DataFrame(rows)


def by_run(trials: pd.DataFrame, exact: pd.Series) -> pd.DataFrame:
    """Return what each run scores at the end of training."""
    wide = trials.pivot(index=["game", "seed"], columns="trial", values="score")
    table = pd.DataFrame({"end": wide.sum(axis=1, min_count=1)}).reset_index()
    ends = {game: own.dropna(axis=1) for game, own in wide.groupby(level="game")}
    within = pd.concat([own.iloc[:, -1] - own.iloc[:, 0] for own in ends.values()])
    table["within"] = within.reindex(pd.MultiIndex.from_frame(table[["game", "seed"]])).to_numpy()
    scale = exact["bayes_optimal"] - exact["random"]
    table["score"] = (table["end"] - exact["random"]) / scale
    table["over_memoryless"] = table["end"] - exact[MEMORYLESS]
    return table
