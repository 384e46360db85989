"""Estimate which changes of training reach all eight targets, and in how many runs."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.adaptation.conditions import SETTING
from athanor.experiments.navigation.adaptation.config import AllEight
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.estimands import estimates, of_columns
from athanor.results import read_table
from athanor.tasks.navigation.ends import behind_the_cross

SOLVED = 6  # targets, which the base is asked to reach
# Name, format, unit, description.
TARGETS = (("all_eight_targets", ".1f", "targets", "reached, mean over runs"),)
COUNTS = (
    ("all_eight_solved", "d", "runs", f"reach {SOLVED} targets or more"),
    ("all_eight_all", "d", "runs", "reach all targets"),
    ("all_eight_diverged", "d", "runs", "diverged"),
)
# Of the targets behind the cross, counted from 1.
REACHING = (("all_eight_reaching", "d", "runs", "reach this target behind the cross"),)
DISTANCE = (("all_eight_distance", ".2f", "m", "distance to this target behind the cross"),)
FEWEST = (("fewest_moves_behind", "d", "moves", "fewest to this target behind the cross"),)
MOVES = (("moves_of_episode", "d", "moves", "moves of an episode"),)
ESTIMANDS = (
    *of_columns("runs", ("variant",), TARGETS, value="targets", over="seed"),
    *of_columns("counts", ("variant",), COUNTS),
    *of_columns("reaching", ("variant", "behind"), REACHING, value="reached"),
    *of_columns("behind", ("variant", "behind"), DISTANCE, value="distance", over="seed"),
    *of_columns("fewest", ("behind",), FEWEST, value="moves"),
    *of_columns("moves", (), MOVES),
)


def run(
    environment: Environment,
    all_eight: AllEight,
    statistics: Statistics,
    rng: np.random.Generator,
    runs: tuple[Path, ...],
    reachable: Path,
) -> dict[str, pd.DataFrame]:
    """Return `all_eight` with the distance reachable and whether a target counts as reached, and `estimates/all_eight`."""
    exact = read_table(reachable).query("setting == @SETTING and obstacles == @environment.obstacles")
    table = with_reached(pd.concat(map(read_table, runs), ignore_index=True), exact, all_eight.within)
    fewest = targets_behind(exact, environment.release.reach_squared)
    by_run = runs_of(table)
    behind = table.merge(fewest[["target", "behind"]], on="target")
    tables = {
        "runs": by_run,
        "counts": by_run.groupby("variant", sort=False, as_index=False).agg(
            all_eight_solved=("solved", "sum"),
            all_eight_all=("every", "sum"),
            all_eight_diverged=("diverged", "sum"),
        ),
        "behind": behind,
        "reaching": behind.groupby(["variant", "behind"], sort=False, as_index=False)["reached"].sum(),
        "fewest": fewest,
        "moves": pd.DataFrame({"moves_of_episode": [rules_of(environment, SETTING).moves]}),
    }
    return {
        "all_eight": table,
        "estimates/all_eight": estimates("navigation", ESTIMANDS, tables, statistics, rng),
    }


def with_reached(table: pd.DataFrame, exact: pd.DataFrame, within: float) -> pd.DataFrame:
    """Add the distance reachable, in metres, and 1 where a target counts as reached; where a run diverged it does not."""
    best = np.sqrt(exact.set_index("target")["best_squared_distance"])
    table = table.assign(reachable_distance=np.round(table["target"].map(best), 5))
    return table.assign(reached=(table["distance"] - table["reachable_distance"] <= within).astype(int))


def targets_behind(exact: pd.DataFrame, reach_squared: float | None) -> pd.DataFrame:
    """Return the targets behind the cross, numbered from 1, with the fewest moves to each."""
    table = exact.sort_values("target")
    chosen = table[behind_the_cross(table["myopic_distance"].to_numpy(float), reach_squared)]
    return chosen[["target", "moves"]].assign(behind=range(1, len(chosen) + 1))


def runs_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many targets each run reaches."""
    by = table.assign(lost=table["distance"].isna()).groupby(["variant", "seed"], sort=False, as_index=False)
    runs = by.agg(targets=("reached", "sum"), of=("reached", "size"), diverged=("lost", "any"))
    return runs.assign(solved=runs["targets"] >= SOLVED, every=runs["targets"] == runs["of"])
