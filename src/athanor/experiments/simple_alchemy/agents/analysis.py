"""Estimate the agents' returns, scores and differences, what the post says of its one run, and times of a decision."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.simple_alchemy.agents.estimands import ESTIMANDS, PAIRS
from athanor.experiments.simple_alchemy.config import Published
from athanor.reporting.estimands import estimates
from athanor.reporting.statistics import normalised_score
from athanor.results import read_table

SMALL, WHOLE = "three_edges", "all"
BITS = ("gathered_bits", "useless_bits")


def run(
    published: Published,
    statistics: Statistics,
    rng: np.random.Generator,
    simulations: tuple[Path, ...],
    yardstick: Path,
    decision_times: Path,
    cem_speed: Path,
) -> dict[str, pd.DataFrame]:
    """Return `estimates/agents`."""
    played = pd.concat([read_table(path) for path in simulations], ignore_index=True)
    scale = read_table(yardstick).iloc[-1]
    totals = episodes(played, scale)
    wide = totals[totals["family"] == SMALL].pivot(index="episode", columns="agent", values="return")
    small = played[played["family"] == SMALL]
    ends = by_episode(small, published.bayes_missed_trials)
    tables = {
        "totals": totals,
        "counts": totals.groupby(["family", "agent"], as_index=False)["episode"].count(),
        "agreement": agreement(wide, scale),
        "excess": pd.DataFrame({"value": [excess(wide, scale)]}),
        "pairs": pairs(wide),
        "trials": by_trial(small),
        "ends": ends,
        **{
            f"{name}_pairs": pairs(ends.pivot(index="episode", columns="agent", values=name)) for name in BITS
        },
        "runs": against_the_post(wide, published),
        "oracle_shares": oracle_shares(totals),
        "decisions": read_table(decision_times).assign(ms=lambda table: table["seconds"] * 1000),
        "cem_speed": cem_times(read_table(cem_speed)),
    }
    return {"estimates/agents": estimates("simple_alchemy", ESTIMANDS, tables, statistics, rng)}


def episodes(played: pd.DataFrame, scale: pd.Series) -> pd.DataFrame:
    """Return the return of each episode, on the family with a yardstick its score too."""
    totals = played.groupby(["family", "agent", "episode"], sort=False)["return"].sum().reset_index()
    scores = normalised_score(totals["return"].to_numpy(), scale["random"], scale["bayes_optimal"])
    return totals.assign(score=np.where(totals["family"] == SMALL, scores, np.nan))


def agreement(wide: pd.DataFrame, scale: pd.Series) -> pd.DataFrame:
    """Return how far simulated means are from exact values, in standard errors."""
    deviation = (wide.mean() - scale.reindex(wide.columns)) / wide.sem()
    return deviation.astype(float).dropna().rename("value").rename_axis("agent").reset_index()


def excess(wide: pd.DataFrame, scale: pd.Series) -> float:
    """Return the largest excess of an agent's mean over the Bayes-optimal value, in standard errors."""
    over = (wide.mean() - scale["bayes_optimal"]) / wide.sem()
    return float(over.drop("oracle", errors="ignore").max())


def pairs(wide: pd.DataFrame) -> pd.DataFrame:
    """Return the differences of agents on the same episodes."""
    return pd.concat(
        pd.DataFrame({"agent": a, "other": b, "episode": wide.index, "value": wide[a] - wide[b]})
        for a, b in PAIRS
        if {a, b} <= set(wide.columns)
    )


def by_trial(small: pd.DataFrame) -> pd.DataFrame:
    """Return whether the first, the second and the last trial of each episode were paid."""
    paid = small.assign(paid=(small["return"] > 0).astype(float))
    places = {"first": 0, "second": 1, "last": small["trial"].max()}
    return pd.concat(paid[paid["trial"] == trial].assign(place=place) for place, trial in places.items())


def by_episode(small: pd.DataFrame, published_misses: int) -> pd.DataFrame:
    """Return what each episode of an agent comes to: trials paid and missed, and what is known at its end."""
    keys = ["agent", "episode"]
    missed = small.assign(missed=small["return"] == 0)
    misses = missed.groupby(keys)["missed"].agg(["sum", "mean"])
    second = missed[missed["trial"] == 1].set_index(keys)["missed"]
    last = small[small["trial"] == small["trial"].max()].set_index(keys)
    left = last["consistent_graphs"]
    table = pd.DataFrame(
        {
            "paid": 1 - misses["mean"],
            "misses": misses["sum"].astype(float),
            "missed_second": second.astype(float),
            "misses_one": (misses["sum"] == 1).astype(float),
            "fewer_misses": below(misses["sum"], published_misses),
            "misses_none": (misses["sum"] == 0).astype(float),
            "bits": np.log2(left),
            "gathered_bits": last["gathered_bits"],
            "useless_bits": last["useless_bits"],
            "graphs": left.astype(float),
            "at_most_two_graphs": (left <= 2).astype(float),
            "one_graph": (left == 1).astype(float),
        }
    )
    return table.reset_index()


def against_the_post(wide: pd.DataFrame, published: Published) -> pd.DataFrame:
    """Return, by episode, whether it paid on fewer steps than the post's run, ties counted half."""
    runs = {"oracle": published.oracle_rewarded_steps, "cem": published.bayes_rewarded_steps}
    return pd.concat(
        pd.DataFrame(
            {
                "agent": agent,
                "episode": wide.index,
                "published": steps,
                "below": below(wide[agent], steps),
            }
        )
        for agent, steps in runs.items()
    )


def below(values: pd.Series, published: int) -> "pd.Series[float]":
    """Return 1 where a value is below the published one, 1/2 where it equals it, and 0 elsewhere."""
    return (values < published) + 0.5 * (values == published)


def oracle_shares(totals: pd.DataFrame) -> pd.DataFrame:
    """Return the returns of CEM and of the oracle by family and episode, and the share of the second that the first is.

    A share is a ratio R of means. `share` has it linearised, R + (CEM − R oracle) / mean(oracle): its mean over episodes is
    R, and its spread over them that of R.
    """
    both = totals[totals["agent"].isin(["cem", "oracle"])]
    wide = both.pivot(index=["family", "episode"], columns="agent", values="return").reset_index()
    means = wide.groupby("family")[["cem", "oracle"]].transform("mean")
    ratio = means["cem"] / means["oracle"]
    return wide.assign(share=ratio + (wide["cem"] - ratio * wide["oracle"]) / means["oracle"], what="drop")


def cem_times(table: pd.DataFrame) -> pd.DataFrame:
    """Return the timed decisions of CEM in milliseconds, each program named."""
    program = table["implementation"] + " " + table["family"]
    return table.assign(program=program, ms=table["seconds_per_decision"] * 1000)
