"""Estimate what is said of the exact solution: all of it exact."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.reporting.statistics import normalised_score
from athanor.results import read_table

AGENTS = ("random", "bayes_optimal", "oracle")
BELIEFS = {
    "reachable_beliefs": "beliefs that experiments can reach",
    "canonical_beliefs": "the same up to relabelling",
    "states_a_trial": "states (canonical belief, vertex, full potions) of a trial",
    "links": "links between canonical beliefs",
}
# After 1 trial, and after the last of the episode.
FLOORS = (
    ("floor_bits", "expected_bits", ".5f", "bits", "entropy that no behaviour can remove"),
    ("floor_graphs", "expected_graphs", ".5f", "graphs", "the same, as graphs left"),
)
LIMITS = (
    ("prior_bits", "prior_bits", "entropy of the prior"),
    (
        "least_bits_after_one_trial",
        "least_expected_bits",
        "least expected entropy that one trial of pure exploration can leave",
    ),
)

ESTIMANDS = (
    *(
        Estimand(
            name=name,
            table="belief_sets",
            value="count",
            where={"quantity": name},
            format="d",
            description=text,
        )
        for name, text in BELIEFS.items()
    ),
    *(
        Estimand(
            name="exact_return",
            table="exact_returns",
            value="expected_return",
            where={"reward": reward},
            per=("agent", "episode", "reward", "discounting"),
            format=spec,
            description="exact return: {agent}, {episode}, {reward}, {discounting}",
        )
        for reward, spec in (("per_step", ".2f"), ("on_deposit", ".3f"))
    ),
    Estimand(
        name="value",
        table="yardstick",
        value="expected_return",
        per=("agent",),
        format=".2f",
        unit="steps",
        description="exact expected return of an episode: {agent}",
    ),
    Estimand(
        name="exact_score",
        table="yardstick",
        value="score",
        per=("agent",),
        format=".3f",
        description="on the yardstick, exact: {agent}",
    ),
    Estimand(
        name="price_of_not_knowing",
        table="prices",
        value="price",
        per=("episode",),
        format=".2f",
        unit="steps",
        description="oracle less Bayes-optimal, {episode}",
    ),
    *(
        Estimand(
            name=name,
            table="entropy_floor",
            value=value,
            per=("family", "episode"),
            format=spec,
            unit=unit,
            description=f"{text}, family {{family}}, {{episode}}",
        )
        for name, value, spec, unit, text in FLOORS
    ),
    *(
        Estimand(
            name=name,
            table="one_trial_limit",
            value=value,
            per=("family",),
            format=".2f",
            unit="bits",
            description=f"{text}, family {{family}}",
        )
        for name, value, text in LIMITS
    ),
)


def run(
    statistics: Statistics,
    rng: np.random.Generator,
    belief_sets: Path,
    exact_returns: Path,
    yardstick: Path,
    entropy_floor: Path,
    one_trial_limit: Path,
) -> dict[str, pd.DataFrame]:
    """Return `estimates/exact`."""
    scale = read_table(yardstick)
    tables = {
        "belief_sets": read_table(belief_sets),
        "exact_returns": _by_length(read_table(exact_returns)),
        "yardstick": _scores(scale),
        "prices": _by_length(scale.assign(price=scale["oracle"] - scale["bayes_optimal"])),
        "entropy_floor": _by_length(read_table(entropy_floor)),
        "one_trial_limit": read_table(one_trial_limit),
    }
    return {"estimates/exact": estimates("simple_alchemy", ESTIMANDS, tables, statistics, rng)}


def _by_length(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of episodes of one trial and of the whole episode, named so; and whether returns are discounted."""
    named = table.assign(episode=table["trials"].map({1: "one_trial", table["trials"].max(): "whole"}))
    if "discount" in table:
        named["discounting"] = np.where(table["discount"] == 1.0, "undiscounted", "discounted")
    return named.dropna(subset="episode")


def _scores(scale: pd.DataFrame) -> pd.DataFrame:
    """Return the returns of whole episodes and their scores, one row per agent."""
    episode = scale.iloc[-1]
    values = pd.Series({agent: float(episode[agent]) for agent in AGENTS}, name="expected_return")
    scores = normalised_score(values.to_numpy(), episode["random"], episode["bayes_optimal"])
    return values.rename_axis("agent").reset_index().assign(score=scores)
