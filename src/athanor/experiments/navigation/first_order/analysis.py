"""Estimate where MAML and FOMAML end, which targets they solve, and how far they differ."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.first_order.config import FirstOrder
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.estimands import Contrast, estimates, of_columns
from athanor.results import read_table
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.difficulty import difficulty
from athanor.tasks.navigation.ends import behind_the_cross, final_cells
from athanor.tasks.navigation.rules import Rules

CONDITION = ("reading", "algorithm")
RUN = [*CONDITION, "seed"]
# Name, format, unit, description: of the targets,
TARGETS = (
    ("reachable_distance", ".2f", "m", "smallest distance that the game allows, mean over the targets"),
    ("targets_behind_cross", "d", "targets", "behind the cross"),
)
# of a run's trajectories to a subset of the targets, after the inner step,
ENDS = (("final_distance", ".2f", "m", "mean distance to the target"),)
# in which a run that diverged counts as 0,
SHARES = (
    ("final_in_cross", ".2f", "", "share of trajectories that end in the cross"),
    ("final_near", ".2f", "", "share of trajectories that end near the target"),
)
DIFFERENCE = (("final_difference", ".2f", "m", "final distance of FOMAML less that of MAML"),)
IN_CROSS = (("both_in_cross", ".2f", "", "share that ends in the cross, the smaller of both algorithms"),)
NEAR = (("both_near", ".2f", "", "share that ends near the target, the larger of both algorithms"),)
# of a run, and of all runs of a condition.
RUNS = (
    ("targets_solved", ".1f", "targets", "solved by a run"),
    ("inner_step_gain", ".2f", "m", "fall of the distance by the inner step"),
)
COUNTS = (
    ("runs_solving", "d", "runs", "solve the setting"),
    ("runs_diverged", "d", "runs", "diverged"),
)
SOLVING = (
    ("both_solving", ".2f", "", "share of runs that solve the setting, the smaller of both algorithms"),
)
SUBSET = ("reading", "subset")
HELD_OUT = "held_out"
KNOWN = {
    "subset": ["fixed", "behind", "before", "bottom_right"]
}  # the targets trained on, which are no sample
OF_TARGETS: dict[str, Any] = {"over": "seed", "across": "target"}
FOMAML_OVER_MAML = Contrast("algorithm", "fomaml", "maml")
OF_RUNS: dict[str, Any] = {"over": "seed", "bounds": (0.0, 1.0), "diverged": 0.0}  # shares of trajectories
ESTIMANDS = (
    *of_columns("targets", ("targets",), TARGETS),
    *of_columns("ends", (*CONDITION, "subset"), ENDS, where=KNOWN, over="seed"),
    *of_columns(HELD_OUT, (*CONDITION, "subset"), ENDS, **OF_TARGETS),
    *of_columns("ends", (*CONDITION, "subset"), SHARES, over="seed", diverged=0.0),
    *of_columns(
        "ends",
        SUBSET,
        DIFFERENCE,
        value="final_distance",
        where=KNOWN,
        over="seed",
        contrast=FOMAML_OVER_MAML,
    ),
    *of_columns(
        HELD_OUT,
        SUBSET,
        DIFFERENCE,
        value="final_distance",
        contrast=FOMAML_OVER_MAML,
        **OF_TARGETS,
    ),
    *of_columns("ends", SUBSET, IN_CROSS, value="final_in_cross", least_of="algorithm", **OF_RUNS),
    *of_columns("ends", SUBSET, NEAR, value="final_near", largest_of="algorithm", **OF_RUNS),
    *of_columns("runs", CONDITION, RUNS, over="seed"),
    *of_columns("counts", CONDITION, COUNTS),
    *of_columns(
        "runs",
        ("reading",),
        SOLVING,
        value="solving",
        over="seed",
        statistic="share",
        least_of="algorithm",
    ),
)


def run(
    environment: Environment,
    first_order: FirstOrder,
    statistics: Statistics,
    rng: np.random.Generator,
    finals: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `final_distances` of all runs with what is reachable, and `estimates/first_order`."""
    table = pd.concat(map(read_table, finals), ignore_index=True)
    table = with_reachable(table, rules_of(environment, first_order.setting))
    last = table[table["step"] == table.groupby(list(CONDITION))["step"].transform("max")]
    ends, runs = by_subset(last, first_order.shown_targets[0]), by_run(table, last, first_order)
    counts = runs.groupby(list(CONDITION), sort=False, as_index=False).agg(
        runs_solving=("solving", "sum"), runs_diverged=("diverged", "sum")
    )
    targets = table.drop_duplicates(["targets", "target"]).groupby("targets", as_index=False)
    tables = {
        "targets": targets.agg(
            reachable_distance=("reachable_distance", "mean"), targets_behind_cross=("behind", "sum")
        ),
        "ends": ends,
        HELD_OUT: last[last["targets"] != "fixed"].assign(subset=HELD_OUT, final_distance=last["distance"]),
        "runs": runs,
        "counts": counts,
    }
    return {
        "final_distances": table,
        "estimates/first_order": estimates("navigation", ESTIMANDS, tables, statistics, rng),
    }


def with_reachable(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Add to every row the smallest distance that its target allows, in metres, and whether it is behind the cross."""
    targets = table[["targets", "target", "x", "y"]].drop_duplicates().reset_index(drop=True)
    cells = np.rint(targets[["x", "y"]].to_numpy() / rules.stride).astype(np.int32)
    ends = final_cells(rules, cells, exact.solve(rules, cells, exact.NEAREST).action)
    known = targets.assign(
        reachable_distance=np.round(np.hypot(*(ends - cells).T) * rules.stride, 5),
        behind=behind_the_cross(difficulty(rules, cells).myopic_distance, rules.reach_squared),
    )
    return table.merge(known.drop(columns=["x", "y"]), on=["targets", "target"], how="left", validate="m:1")


def by_subset(table: pd.DataFrame, bottom_right: int) -> pd.DataFrame:
    """Return means over the trajectories of a run to each subset of the targets; NaN where it diverged."""
    fixed = table["targets"] == "fixed"
    subsets = {
        "fixed": fixed,
        HELD_OUT: ~fixed,
        "behind": fixed & table["behind"],
        "before": fixed & ~table["behind"],
        "bottom_right": fixed & (table["target"] == bottom_right),
    }
    rows = pd.concat(table[chosen].assign(subset=name) for name, chosen in subsets.items())
    runs = rows.groupby([*CONDITION, "subset", "seed"], sort=False)[["distance", "in_cross", "near"]]
    return runs.mean().add_prefix("final_").reset_index()


def by_run(table: pd.DataFrame, last: pd.DataFrame, study: FirstOrder) -> pd.DataFrame:
    """Return what each run solves: fixed targets whose mean distance exceeds the reachable one by at most `near`."""
    fixed, before = last["targets"] == "fixed", table[(table["targets"] == "fixed") & (table["step"] == 0)]
    near = last["distance"] - last["reachable_distance"] <= study.near
    by = last.assign(solved=fixed & near, diverged=last["distance"].isna()).groupby(RUN, sort=False)
    runs = by.agg(targets_solved=("solved", "sum"), diverged=("diverged", "any"))
    runs["solving"] = runs["targets_solved"] >= study.solved_targets
    runs["inner_step_gain"] = _distance(before) - _distance(last[fixed])
    return runs.reset_index()


def _distance(table: pd.DataFrame) -> "pd.Series[float]":
    return table.groupby(RUN, sort=False)["distance"].mean()
