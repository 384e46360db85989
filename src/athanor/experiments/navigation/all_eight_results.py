"""Which changes reach all eight targets, and on how many seeds."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.all_eight import SETTING
from athanor.experiments.navigation.config_adaptation import VARIANTS, AllEight
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.summary_runs import over_seeds
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.results import read_table
from athanor.tasks.navigation.ends import behind_the_cross

SOLVED = 6  # targets, which the base is asked to reach


def run(
    environment: Environment,
    all_eight: AllEight,
    statistics: Statistics,
    key: PRNGKeyArray,
    runs: tuple[Path, ...],
    reachable: Path,
) -> dict[str, pd.DataFrame]:
    """Return `all_eight` with the distance reachable and whether a target counts as reached, and the quantities."""
    solved = read_table(reachable)
    here = (solved["setting"] == SETTING) & (solved["obstacles"] == environment.obstacles)
    exact = solved[here].sort_values("target", ignore_index=True)
    table = pd.concat([read_table(path) for path in runs], ignore_index=True)
    best = np.sqrt(exact.set_index("target")["best_squared_distance"])
    table["reachable_distance"] = np.round(table["target"].map(best), 5)
    table["reached"] = (table["distance"] - table["reachable_distance"] <= all_eight.within).astype(int)
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    behind = exact.loc[
        behind_the_cross(exact["myopic_distance"].to_numpy(float), environment.release.reach_squared),
        "target",
    ]
    quantities = _settings(all_eight, exact, behind, rules_of(environment, SETTING).moves)
    for variant in VARIANTS:
        rows = table[table["variant"] == variant]
        quantities += variant_quantities(variant, rows, behind.tolist(), statistics, rng)
    return {"all_eight": table, "all_eight_quantities": pd.DataFrame(quantities, columns=COLUMNS)}


def _settings(all_eight: AllEight, exact: pd.DataFrame, behind: pd.Series, moves: int) -> list[Quantity]:
    """Return the settings that the text names, and the fewest moves to the targets behind the cross."""
    settings = (
        ("episodes", all_eight.episodes, "d", "episodes", "training episodes of a variant"),
        ("long_episodes", all_eight.long_episodes, "d", "episodes", "training episodes of variant long"),
        ("seeds", all_eight.seeds, "d", "runs", "training runs of a variant"),
        ("within", all_eight.within, "g", "m", "a target this near to the optimum counts"),
        ("discount", all_eight.discount, "g", "", "discount in variant discount"),
        ("trace", all_eight.gae_lambda, "g", "", "lambda in variant discount"),
        ("entropy", all_eight.entropy, "g", "", "entropy weight in variant exploration"),
        ("shaping", all_eight.shaping, "g", "m²", "reward of a move nearer, when shaped"),
        ("inner_steps", all_eight.inner_steps, "d", "", "inner steps in variant inner_steps"),
        ("moves", moves, "d", "moves", "moves of an episode"),
    )
    fewest = [
        (
            f"behind_{place}_moves",
            exact["moves"][target],
            "d",
            "moves",
            f"fewest to target {place + 1} behind",
        )
        for place, target in enumerate(behind)
    ]
    return [exactly(f"all_eight_{name}", *rest) for name, *rest in (*settings, *fewest)]


def variant_quantities(
    variant: str, rows: pd.DataFrame, behind: list[int], statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return how many targets and seeds a variant reaches; what diverged reaches nothing, and is counted."""
    reached = rows.pivot(index="seed", columns="target", values="reached")
    distance = rows.pivot(index="seed", columns="target", values="distance")
    count, name = reached.sum(axis=1), f"all_eight_{variant}"
    mean = over_seeds(count.to_numpy(float)[None], statistics, rng)
    six, every = (count >= SOLVED).sum(), (count == reached.shape[1]).sum()
    diverged = distance.isna().any(axis=1).sum()
    text = f"all eight, {variant}"
    quantities = [
        estimated(f"{name}_targets", mean, ".1f", "targets", f"{text}: targets reached, mean over seeds"),
        exactly(f"{name}_solved", six, "d", "runs", f"{text}: runs that reach {SOLVED} targets or more"),
        exactly(f"{name}_all", every, "d", "runs", f"{text}: runs that reach all targets"),
        exactly(f"{name}_diverged", diverged, "d", "runs", f"{text}: runs that diverged"),
    ]
    for place, target in enumerate(behind):
        where = f"{text}, target {place + 1} behind the cross"
        away = over_seeds(distance[target].to_numpy(float)[None], statistics, rng)
        runs = reached[target].sum()
        quantities.append(
            exactly(f"{name}_behind_{place}", runs, "d", "runs", f"{where}: runs that reach it")
        )
        quantities.append(
            estimated(f"{name}_behind_{place}_distance", away, ".2f", "m", f"{where}: distance")
        )
    return quantities
