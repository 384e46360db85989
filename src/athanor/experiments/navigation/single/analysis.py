"""Estimate how the configurations learn and how stable they end, and what is learnt on single tasks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.single.conditions import GOALS
from athanor.experiments.navigation.single.config import Configurations, SingleTask
from athanor.reporting.estimands import Contrast, estimates, of_columns
from athanor.reporting.run_statistics import (
    MEAN,
    Replicates,
    Weights,
    frame_statistics,
    interval,
    resamples,
    unpaired_difference,
    without_each,
)
from athanor.results import read_arrays, read_table

SEEN, HIDDEN = GOALS[True], GOALS[False]
DIFFERENCE = "difference"  # target seen less hidden
CONDITION = ("reading", "obstacles", "goal")

Key = tuple[str, str, str]  # reading, obstacles, target seen or hidden
Runs = dict[Key, Float[np.ndarray, "seed episode"]]
Drawn = dict[Key, dict[str, tuple[Replicates, Weights]]]  # by statistic

CONFIGURATION = (("configuration", ".2f", "m²", "in the last frame"),)
SINGLE_END = (("single_end", ".2f", "m", "distance at the end, trained on one target"),)
ADVANTAGE = (("single_ppo_over_vpg", ".2f", "m", "distance of PPO less that of the policy gradient"),)
ESTIMANDS = (
    *of_columns(
        "configurations",
        (*CONDITION, "statistic"),
        CONFIGURATION,
        value="value",
        interval=("low", "high"),
        left_out="without",
    ),
    *of_columns("single", ("learner", "target"), SINGLE_END, value="distance", over="seed"),
    *of_columns(
        "single",
        ("target",),
        ADVANTAGE,
        value="distance",
        over="seed",
        contrast=Contrast("learner", "ppo", "vpg"),
    ),
)


def run(
    environment: Environment,
    configurations: Configurations,
    single_task: SingleTask,
    statistics: Statistics,
    rng: np.random.Generator,
    curves: tuple[Path, ...],
    base: tuple[Path, ...],
    tasks: Path,
) -> dict[str, pd.DataFrame]:
    """Return `configurations`, `configurations_spread` and `estimates/single`.

    The first has one row per condition, seed and block of episodes, the second one per condition and statistic of the
    last frame. `base` are the runs of the base configuration, trained for the comparison with FOMAML.
    """
    of_base = {"obstacles": np.array(environment.obstacles), "goal": np.array(GOALS[environment.see_goal])}
    arrays = [*(of_base | read_arrays(path) for path in base), *map(read_arrays, curves)]
    runs = by_condition(arrays, configurations.released_episodes)
    spread = spreads(runs, configurations, statistics, rng)
    table = read_table(tasks)
    tables = {
        "configurations": spread,
        "single": table[table["episode"] > single_task.episodes - single_task.frame],
    }
    return {
        "configurations": pd.concat([_blocks(*item, configurations.block) for item in runs.items()]),
        "configurations_spread": spread,
        "estimates/single": estimates("navigation", ESTIMANDS, tables, statistics, rng),
    }


def by_condition(arrays: list[dict[str, np.ndarray]], released_episodes: int) -> Runs:
    """Return the published metric of all conditions, over equally many episodes of a reading."""
    found = {}
    for one in arrays:
        reading, obstacles, goal = (str(one[name]) for name in CONDITION)
        episodes = released_episodes if reading == "released" else None  # of the base there are more
        found[reading, obstacles, goal] = one["squared_distance"][:, :episodes]
    return dict(sorted(found.items()))


def spreads(
    runs: Runs, study: Configurations, statistics: Statistics, rng: np.random.Generator
) -> pd.DataFrame:
    """Return mean and spreads of the last frame, and what they differ by between target seen and hidden.

    `without` has the intervals with each run left out.
    """
    drawn: Drawn = {}
    for key, values in runs.items():
        weights = resamples(rng, len(values), statistics.bootstrap_samples)
        found = frame_statistics(values[:, -study.frame :], weights)
        drawn[key] = {name: (replicates, weights) for name, replicates in found.items()}
    seeds, level = min(map(len, runs.values())), statistics.confidence
    rows = []
    for key, of_condition in [*drawn.items(), *_differences(drawn)]:
        for name, (values, weights) in of_condition.items():
            positive = name != MEAN and key[-1] != DIFFERENCE
            ends = interval(values, level, seeds, positive, weights.shape[1])
            rows.append((*key, name, *ends, without_each(values, weights, level, seeds, positive)))
    return pd.DataFrame(rows, columns=[*CONDITION, "statistic", "value", "low", "high", "without"])


def _differences(drawn: Drawn) -> Iterator[tuple[Key, dict[str, tuple[Replicates, Weights]]]]:
    """Yield each condition that sees the target less the one that does not."""
    for (reading, obstacles, goal), found in drawn.items():
        other = drawn.get((reading, obstacles, HIDDEN))
        if goal == SEEN and other is not None:
            differences = {name: unpaired_difference(*found[name], *other[name]) for name in found}
            yield (reading, obstacles, DIFFERENCE), differences


def _blocks(key: Key, runs: Float[np.ndarray, "seed episode"], block: int) -> pd.DataFrame:
    """Return a learning curve: means over blocks of episodes, named by their last episode; the rest is left out."""
    seeds, count = len(runs), runs.shape[1] // block
    means = runs[:, : count * block].reshape(seeds, count, block).mean(2)
    return pd.DataFrame(
        {
            **dict(zip(CONDITION, key, strict=True)),
            "seed": np.repeat(np.arange(seeds), count),
            "episode": np.tile(np.arange(1, count + 1) * block, seeds),
            "squared_distance": np.round(means, 4).ravel(),
        }
    )
