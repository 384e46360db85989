"""Compare MAML and FOMAML: where they end, which targets they solve, and how far they differ."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.config_first_order import FirstOrder
from athanor.experiments.navigation.first_order import ALGORITHMS, GROUPS
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import READINGS, Repaired
from athanor.experiments.navigation.summary_runs import over_seeds
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.results import read_table
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.difficulty import difficulty
from athanor.tasks.navigation.ends import behind_the_cross, final_cells
from athanor.tasks.navigation.environment import Navigation, navigation

MEASURES = {
    "distance": (".2f", "m", "final distance"),
    "in_cross": (".2f", "", "share of trajectories that end in the cross"),
    "near": (".2f", "", "share that end near the target"),
}
SUBSETS = {
    "fixed": "the targets trained on",
    "held_out": "held-out targets",
    "behind": "targets trained on behind the cross",
    "before": "the other targets trained on",
    "bottom_right": "the bottom right target",
}


def run(
    environment: Environment,
    repaired: Repaired,
    first_order: FirstOrder,
    statistics: Statistics,
    key: PRNGKeyArray,
    finals: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `final_distances` of all runs with what is reachable, and `first_order_quantities`."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    table = pd.concat([read_table(path) for path in finals], ignore_index=True)
    table = with_reachable(table, navigation(rules_of(environment, first_order.setting)))
    last = table[table["step"] == table.groupby(["reading", "algorithm"])["step"].transform("max")]
    quantities = _settings(table, repaired, first_order)
    for reading in READINGS:
        quantities += _of_reading(reading, last, first_order, statistics, rng)
        for algorithm in ALGORITHMS:
            quantities += _of_algorithm(f"{reading}_{algorithm}", table, last, first_order, statistics, rng)
    return {
        "final_distances": table,
        "first_order_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def with_reachable(table: pd.DataFrame, rules: Navigation) -> pd.DataFrame:
    """Add to every row the smallest distance that its target allows, in metres, and whether it is behind the cross."""
    targets = table[["targets", "target", "x", "y"]].drop_duplicates().reset_index(drop=True)
    cells = np.rint(targets[["x", "y"]].to_numpy() / rules.stride).astype(np.int32)
    ends = final_cells(rules, cells, exact.solve(rules, cells, exact.NEAREST).action)
    known = targets.assign(
        reachable_distance=np.round(np.hypot(*(ends - cells).T) * rules.stride, 5),
        behind=behind_the_cross(difficulty(rules, cells).myopic_distance, rules.reach_squared),
    )
    return table.merge(known.drop(columns=["x", "y"]), on=["targets", "target"], how="left", validate="m:1")


def subset(table: pd.DataFrame, name: str, study: FirstOrder) -> pd.DataFrame:
    """Return the rows of some targets."""
    if name in GROUPS:
        return table[table["targets"] == name]
    fixed = table[table["targets"] == "fixed"]
    if name == "bottom_right":
        return fixed[fixed["target"] == study.shown_targets[0]]
    return fixed[fixed["behind"] == (name == "behind")]


def by_seed(table: pd.DataFrame, column: str) -> np.ndarray:
    """Return the mean over the rows of each seed; NaN where it diverged."""
    return table.groupby("seed")[column].mean().to_numpy(float)


def targets_solved(table: pd.DataFrame, near: float) -> np.ndarray:
    """Return how many fixed targets each seed solves: mean distance over that reachable at most `near` metres."""
    fixed = table[table["targets"] == "fixed"]
    solved = fixed["distance"] - fixed["reachable_distance"] <= near
    return solved.groupby(fixed["seed"]).sum().to_numpy(float)


def _settings(table: pd.DataFrame, repaired: Repaired, study: FirstOrder) -> list[Quantity]:
    """Return what the text names: settings, and the exact solution of the targets."""
    lengths = {reading: study.episodes(reading, repaired.episodes) for reading in READINGS}
    once = table.drop_duplicates(["targets", "target"])
    return [
        *(
            exactly(f"first_order_{name}_episodes", length, "d", "episodes", f"{name}: training episodes")
            for name, length in lengths.items()
        ),
        exactly("first_order_seeds", repaired.seeds, "d", "runs", "training runs of each condition"),
        exactly("first_order_near", study.near, "g", "m", "from the optimum within which a target is solved"),
        exactly("first_order_solved_targets", study.solved_targets, "d", "targets", "that a run must solve"),
        exactly("first_order_held_out", study.held_out, "d", "targets", "held out"),
        *(
            exactly(f"first_order_reachable_{name}", rows["reachable_distance"].mean(), ".2f", "m", name)
            for name, rows in once.groupby("targets")
        ),
        *(
            exactly(f"first_order_behind_{name}", rows["behind"].sum(), "d", "targets", f"{name}, behind")
            for name, rows in once.groupby("targets")
        ),
    ]


def _of_algorithm(
    name: str,
    table: pd.DataFrame,
    last: pd.DataFrame,
    study: FirstOrder,
    statistics: Statistics,
    rng: np.random.Generator,
) -> list[Quantity]:
    """Return where the runs of a reading and algorithm end."""
    ours, every = (rows[rows["reading"] + "_" + rows["algorithm"] == name] for rows in (last, table))
    text, prefix = name.replace("_", ", "), f"first_order_{name}"
    quantities = []
    for part, of_part in SUBSETS.items():
        rows = subset(ours, part, study)
        for measure, (spec, unit, of_measure) in MEASURES.items():
            found = over_seeds(by_seed(rows, measure)[None], statistics, rng)
            words = f"{text}: {of_measure}, {of_part}"
            quantities.append(estimated(f"{prefix}_{part}_{measure}", found, spec, unit, words))
    solved = targets_solved(ours, study.near)
    solving = (solved >= study.solved_targets).sum()
    first = every[(every["step"] == 0) & (every["targets"] == "fixed")]
    gain = by_seed(first, "distance") - by_seed(ours[ours["targets"] == "fixed"], "distance")
    diverged = ours.groupby("seed")["distance"].apply(lambda rows: rows.isna().any()).sum()
    return [
        *quantities,
        estimated(
            f"{prefix}_solved",
            over_seeds(solved[None], statistics, rng),
            ".1f",
            "targets",
            f"{text}: solved by a run",
        ),
        exactly(f"{prefix}_solving", solving, "d", "runs", f"{text}: runs that solve the setting"),
        exactly(f"{prefix}_diverged", diverged, "d", "runs", f"{text}: runs that diverged"),
        estimated(
            f"{prefix}_gain",
            over_seeds(gain[None], statistics, rng),
            ".2f",
            "m",
            f"{text}: fall of the distance by the inner step",
        ),
    ]


def _of_reading(
    reading: str, last: pd.DataFrame, study: FirstOrder, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return how FOMAML differs from MAML by seed, and what holds of both."""
    ours = {name: last[(last["reading"] == reading) & (last["algorithm"] == name)] for name in ALGORITHMS}

    def both(part: str, measure: str) -> np.ndarray:
        return np.stack([by_seed(subset(ours[name], part, study), measure) for name in ALGORITHMS])

    prefix = f"first_order_{reading}"
    found = {
        f"difference_{part}": (
            np.diff(both(part, "distance"), axis=0),
            ".2f",
            "m",
            f"FOMAML less MAML, {text}",
        )
        for part, text in SUBSETS.items()
    }
    lesser, greater = "smaller of both algorithms' shares", "larger of both algorithms' shares"
    for part in ("behind", "bottom_right"):
        trapped, arrived = both(part, "in_cross").min(0)[None], both(part, "near").max(0)[None]
        found[f"both_{part}_in_cross"] = (trapped, ".2f", "", f"{SUBSETS[part]}, in the cross: {lesser}")
        found[f"both_{part}_near"] = (arrived, ".2f", "", f"{SUBSETS[part]}, near it: {greater}")
    solving = [(targets_solved(rows, study.near) >= study.solved_targets).mean() for rows in ours.values()]
    return [
        *(
            estimated(
                f"{prefix}_{name}", over_seeds(values, statistics, rng), spec, unit, f"{reading}: {text}"
            )
            for name, (values, spec, unit, text) in found.items()
        ),
        exactly(
            f"{prefix}_both_solving",
            min(solving),
            ".2f",
            "",
            f"{reading}: share of runs that solve the setting, {lesser}",
        ),
    ]
