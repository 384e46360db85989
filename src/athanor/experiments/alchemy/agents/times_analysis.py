"""Estimate how long the agents' episodes take, and how fast the game, the oracle and the posterior are."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Contrast, Estimand, estimates
from athanor.results import read_table

# Medians over the turns: name, column of the table `turns`, format, unit, description.
TURNS = (
    ("speed_game", "game", ".3g", "million steps/s", "the game, random actions"),
    ("speed_game_observed", "game_observed", ".3g", "million steps/s", "the same, observed"),
    ("speed_plain", "plain", ".3g", "thousand steps/s", "the rules in plain Python"),
    ("speed_plain_observed", "plain_observed", ".3g", "thousand steps/s", "the same, observed"),
    ("oracle_milliseconds", "oracle", ".3g", "ms", "the oracle's plans of an episode"),
    ("update_microseconds", "update", ".3g", "µs", "what the posterior adds to a step"),
    ("draw_microseconds", "draw", ".3g", "µs", "a chemistry drawn from the posterior at an episode's start"),
)
ESTIMANDS = (
    Estimand(
        name="episode_seconds",
        table="episode_times",
        value="seconds",
        per=("agent",),
        over="turn",
        format=".2g",
        unit="s",
        description="time of an episode of {agent}",
    ),
    *(
        Estimand(
            name=name,
            table="turns",
            value=column,
            over="turn",
            statistic="median",
            format=spec,
            unit=unit,
            description=text,
        )
        for name, column, spec, unit, text in TURNS
    ),
    *(
        Estimand(
            name=name,
            table="speed",
            value="each",
            over="turn",
            statistic="ratio_of_medians",
            contrast=Contrast("program", above, below),
            format=".3g",
            description=text,
        )
        for name, above, below, text in (
            ("speed_over_plain", "plain", "game", "speed of the game over the rules in plain Python"),
            ("speed_over_plain_observed", "plain_observed", "game_observed", "the same, observed"),
        )
    ),
)


def run(
    statistics: Statistics, rng: np.random.Generator, speed: Path, episode_times: Path
) -> dict[str, pd.DataFrame]:
    """Return `estimates/times`."""
    measured = read_table(speed)
    tables = {
        "speed": measured.assign(each=measured["seconds"] / measured["amount"]),
        "turns": by_turn(measured),
        "episode_times": read_table(episode_times),
    }
    return {"estimates/times": estimates("alchemy", ESTIMANDS, tables, statistics, rng)}


def by_turn(speed: pd.DataFrame) -> pd.DataFrame:
    """Return rates and durations of each turn, in the units that are reported."""
    each = speed.assign(each=speed["seconds"] / speed["amount"])
    seconds = each.pivot(index="turn", columns="program", values="each")
    table = pd.DataFrame(
        {
            "game": 1e-6 / seconds["game"],
            "game_observed": 1e-6 / seconds["game_observed"],
            "plain": 1e-3 / seconds["plain"],
            "plain_observed": 1e-3 / seconds["plain_observed"],
            "oracle": 1e3 * seconds["oracle"],
            "update": 1e6 * (seconds["game_believed"] - seconds["game"]),
            "draw": 1e6 * (seconds["draw"] - seconds["start"]),
        }
    )
    return table.reset_index()
