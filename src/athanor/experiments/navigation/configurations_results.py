"""How the configurations learn and how stable they end: supplementary Figure 1."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.navigation.config_first_order import Configurations
from athanor.experiments.navigation.config_game import Environment
from athanor.experiments.navigation.config_learners import Repaired
from athanor.experiments.navigation.config_reporting import Statistics
from athanor.experiments.navigation.configurations import GOALS
from athanor.experiments.navigation.seed_statistics import (
    MEAN,
    STATISTICS,
    frame_statistics,
    interval,
    resamples,
)
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate
from athanor.results import read_arrays

AREA = "m²"
Place = tuple[str, str, str]  # reading, obstacles, target seen or hidden
Runs = dict[Place, Float[np.ndarray, "seed episode"]]


def run(
    environment: Environment,
    repaired: Repaired,
    configurations: Configurations,
    statistics: Statistics,
    key: PRNGKeyArray,
    curves: tuple[Path, ...],
    base: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `configurations`, `configurations_spread` and `configurations_quantities`.

    The first has a row a condition, seed and block of episodes, the second one a condition and statistic of the last
    frame. `base` are the runs of the base configuration, trained for the comparison with FOMAML.
    """
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    runs = _runs(environment, repaired, configurations, curves, base)
    spread = {place: _spread(values, configurations, statistics, rng) for place, values in runs.items()}
    rows = [
        (*place, name, *interval(values, statistics.confidence))
        for place, found in spread.items()
        for name, values in found.items()
    ]
    columns = ["reading", "obstacles", "goal", "statistic", "value", "low", "high"]
    quantities = [exactly("configurations_frame", configurations.frame, "d", "episodes", "last episodes")]
    quantities += [one for place in spread for one in _quantities(place, spread, statistics)]
    return {
        "configurations": pd.concat([_blocks(*item, configurations.block) for item in runs.items()]),
        "configurations_spread": pd.DataFrame(rows, columns=columns),
        "configurations_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def _runs(
    environment: Environment,
    repaired: Repaired,
    study: Configurations,
    curves: tuple[Path, ...],
    base: tuple[Path, ...],
) -> Runs:
    """Return the published metric of all conditions, over equally many episodes of a reading."""
    goal = GOALS[0] if environment.see_goal else GOALS[1]
    of_base = {"obstacles": np.array(environment.obstacles), "goal": np.array(goal)}
    found = {}
    for arrays in [*(of_base | read_arrays(path) for path in base), *map(read_arrays, curves)]:
        reading, obstacles, target = (str(arrays[name]) for name in ("reading", "obstacles", "goal"))
        episodes = study.episodes(reading, repaired.episodes)
        found[reading, obstacles, target] = arrays["squared_distance"][:, :episodes]
    return dict(sorted(found.items()))


def _spread(
    runs: Float[np.ndarray, "seed episode"],
    study: Configurations,
    statistics: Statistics,
    rng: np.random.Generator,
) -> dict[str, Float[np.ndarray, "resample"]]:
    """Return mean and spreads of the last frame, by resample of the seeds."""
    weights = resamples(rng, len(runs), statistics.bootstrap_samples)
    return frame_statistics(runs[:, -study.frame :], weights)


def _quantities(
    place: Place, spread: dict[Place, dict[str, np.ndarray]], statistics: Statistics
) -> list[Quantity]:
    """Return the last frame's statistics of a condition and, of one that sees the target, less those of the other."""
    reading, obstacles, goal = place
    text = f"{reading}, obstacles {obstacles}, last frame"
    rows = {f"{goal}_{name}": (values, f"target {goal}: {name}") for name, values in spread[place].items()}
    other = spread.get((reading, obstacles, GOALS[1]))
    if goal == GOALS[0] and other is not None:
        for name in (MEAN, *STATISTICS):
            rows[f"less_{name}"] = (spread[place][name] - other[name], f"target seen less hidden: {name}")
    return [
        estimated(
            f"configurations_{reading}_{obstacles}_{name}",
            Estimate(*interval(values, statistics.confidence)),
            ".2f",
            AREA,
            f"{text}, {words}",
        )
        for name, (values, words) in rows.items()
    ]


def _blocks(place: Place, runs: Float[np.ndarray, "seed episode"], block: int) -> pd.DataFrame:
    """Return a learning curve: means over blocks of episodes, named by their last episode; the rest is left out."""
    seeds, count = len(runs), runs.shape[1] // block
    means = runs[:, : count * block].reshape(seeds, count, block).mean(2)
    reading, obstacles, goal = place
    return pd.DataFrame(
        {
            "reading": reading,
            "obstacles": obstacles,
            "goal": goal,
            "seed": np.repeat(np.arange(seeds), count),
            "episode": np.tile(np.arange(1, count + 1) * block, seeds),
            "squared_distance": np.round(means, 4).ravel(),
        }
    )
