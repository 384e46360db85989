"""Put learned searches beside scripted ones, and estimate what they cover, hit and earn."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.behaviour.config import Behaviour
from athanor.experiments.task_inference.behaviour.estimands import ESTIMANDS
from athanor.reporting.estimands import estimates
from athanor.results import read_table

SCRIPTED = ("oracle", "sweep", "posterior_sampling")
COLUMNS = ["agent", "run", "episode", "return", "share_hit", "first_hit", "share_of_arc"]


def run(
    statistics: Statistics,
    behaviour: Behaviour,
    rng: np.random.Generator,
    searches: tuple[Path, ...],
    returns: Path,
    first_hits: Path,
) -> dict[str, pd.DataFrame]:
    """Return `behaviour`, a row per agent, run and episode (scripted agents: run 0), and the estimates."""
    learned = pd.concat([read_table(path) for path in searches], ignore_index=True)[COLUMNS]
    game = behaviour.belief_network
    known = scripted(read_table(returns), read_table(first_hits), game.setting, game.episodes)
    tables = {"learned": learned, "shares": shares(learned, known)}
    found = estimates("task_inference", ESTIMANDS, tables, statistics, rng)
    return {"behaviour": pd.concat([learned, known], ignore_index=True), "estimates/behaviour": found}


def scripted(returns: pd.DataFrame, first_hits: pd.DataFrame, setting: str, episodes: int) -> pd.DataFrame:
    """Return what scripted agents earn and hit by episode.

    Of a target that is uniform on the arc, the share that an agent hits in its first episode is the share of the arc that
    it covers there; in later ones nothing is known of what an agent covers again.
    """
    own = returns[(returns["family"] == "sparse_navigation") & (returns["setting"] == setting)]
    earned = own.rename(columns={"episodes": "episode", "expected_return": "return"})
    hits = first_hits[first_hits["setting"] == setting].rename(columns={"mean_first_hit": "first_hit"})
    keys = ["agent", "episode"]
    both = earned[[*keys, "return"]].merge(hits[[*keys, "share_hit", "first_hit"]], on=keys)
    both = both[both["agent"].isin(SCRIPTED) & (both["episode"] <= episodes)]
    covered = both["share_hit"].where((both["episode"] == 1) & (both["agent"] != "oracle"))
    return both.assign(run=0, share_of_arc=covered)[COLUMNS]


def shares(learned: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return for each agent and run what it covers and hits, against the sweep and posterior sampling."""
    first = known[known["episode"] == 1].set_index("agent")["share_of_arc"]
    last = known[known["episode"] == known["episode"].max()].set_index("agent")["share_hit"]

    def of_run(rows: pd.DataFrame) -> pd.Series:
        ordered = rows.sort_values("episode")
        return pd.Series(
            {
                "of_the_sweep": ordered["share_of_arc"].iloc[0] / first["sweep"],
                "of_sampling": ordered["share_of_arc"].mean(skipna=False) / first["posterior_sampling"],
                "hits_over_sampling": ordered["share_hit"].iloc[-1] - last["posterior_sampling"],
            }
        )

    return learned.groupby(["agent", "run"], sort=False).apply(of_run, include_groups=False).reset_index()
