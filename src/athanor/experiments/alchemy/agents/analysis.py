"""Estimate the agents' scores, what they lose to the oracle and to exact search."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.alchemy.agents.estimands import ESTIMANDS
from athanor.experiments.alchemy.agents.table import ON_POSTERIOR
from athanor.experiments.config import Statistics
from athanor.reporting.estimands import estimates
from athanor.reporting.statistics import Estimate, mean
from athanor.results import read_table

SIZE = ["stones", "potions"]


def run(
    statistics: Statistics,
    rng: np.random.Generator,
    scores: Path,
    mean_scores: Path,
    oracle_means: Path,
    exact_search: Path,
    first_decisions: Path,
) -> dict[str, pd.DataFrame]:
    """Return `exact_sizes`, one row per size of a trial, and `estimates/agents`."""
    played, means, planned = read_table(scores), read_table(mean_scores), read_table(oracle_means)
    sizes, regrets = searched(read_table(exact_search), read_table(first_decisions))
    own = played[played["agent"].isin(ON_POSTERIOR)]
    tables = {
        "means": means,
        "trial_means": first_and_last(means),
        "parts": parts(played),
        "first_trial": own[own["trial"] == 0],
        "totals": played.groupby(["agent", "episode"], as_index=False)["score"].sum(),
        "slope": squared_bits(played),
        "oracle_totals": pd.DataFrame({"episodes": [planned["episodes"].sum()]}),
        "prior_scores": over_the_prior(planned, parts(played), statistics, rng),
        "exact_totals": totals_of(sizes, regrets),
        "regrets": regrets,
    }
    return {
        "exact_sizes": sizes,
        "estimates/agents": estimates("alchemy", ESTIMANDS, tables, statistics, rng),
    }


def first_and_last(means: pd.DataFrame) -> pd.DataFrame:
    """Return the means of the first and of the last trial, named so."""
    trials = means[means["trial"] != "all"].astype({"trial": int})
    places = {"first": 1, "last": trials["trial"].max()}
    return pd.concat(trials[trials["trial"] == place].assign(trial=name) for name, place in places.items())


def parts(played: pd.DataFrame) -> pd.DataFrame:
    """Return what agents on the posterior lose to the oracle in each episode: all of it, its first trial, the others."""
    wide = played.pivot(index=["episode", "trial"], columns="agent", values="score")
    lost = wide[list(ON_POSTERIOR)].rsub(wide["oracle"], axis=0).stack().rename("loss").reset_index()
    first = lost["trial"] == 0
    chosen = {"episode": lost, "first_trial": lost[first], "later_trials": lost[~first]}
    keys = ["agent", "episode"]
    return pd.concat(
        rows.groupby(keys, sort=False, as_index=False)["loss"].sum().assign(part=part)
        for part, rows in chosen.items()
    )


def squared_bits(played: pd.DataFrame) -> pd.DataFrame:
    """Return the terms of the least-squares line through the origin of later loss by squared unknown bits, of rollout."""
    lost = parts(played).query("agent == 'rollout' and part == 'later_trials'").set_index("episode")["loss"]
    bits = played.query("agent == 'rollout' and trial == 0").set_index("episode")["entropy"]
    table = pd.DataFrame({"products": lost * bits**2, "squares": bits**4})
    return table.dropna().reset_index()


def over_the_prior(
    planned: pd.DataFrame, losses: pd.DataFrame, statistics: Statistics, rng: np.random.Generator
) -> pd.DataFrame:
    """Return mean scores over the prior; an agent's interval has the ends of both its parts, and is wider than need be."""

    def estimated(values: pd.Series) -> Estimate:
        level, resamples = statistics.confidence, statistics.bootstrap_samples
        return mean(values.to_numpy(float), rng, confidence=level, resamples=resamples)

    best = estimated(planned["score"])
    rows = [("oracle", *best)]
    whole = losses[losses["part"] == "episode"]
    for agent, own in whole.groupby("agent", sort=False):
        lost = estimated(own["loss"])
        found = Estimate(best.value - lost.value, best.low - lost.high, best.high - lost.low)
        rows.append((str(agent), *found))
    return pd.DataFrame(rows, columns=["agent", "value", "low", "high"])


def searched(searches: pd.DataFrame, regrets: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return each size with its regrets, and the regrets of sizes searched in full."""
    sizes = searches.groupby(SIZE, sort=False).agg(
        trials=("trial", "size"),
        value=("value", "mean"),
        oracle=("oracle", "mean"),
        most_positions=("positions", "max"),
        median_seconds=("seconds", "median"),
        most_seconds=("seconds", "max"),
        within_limit=("within_limit", "all"),
    )
    whole = sizes.index[sizes["within_limit"]]  # elsewhere only trials that are small enough were searched
    regrets = regrets[pd.MultiIndex.from_frame(regrets[SIZE]).isin(whole)]
    by_agent = regrets.pivot_table(index=SIZE, columns="agent", values="regret", sort=False)
    return sizes.join(by_agent.add_prefix("regret_")).reset_index(), regrets


def totals_of(sizes: pd.DataFrame, regrets: pd.DataFrame) -> pd.DataFrame:
    """Return how much was searched, in one row."""
    trials = len(regrets) // regrets["agent"].nunique()
    return pd.DataFrame([{"trials": trials, "sizes": len(sizes), "within": int(sizes["within_limit"].sum())}])
