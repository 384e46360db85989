"""Estimate how many trained policies are trapped at the cross, and how many of these the exact gradient leads out."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.first_order.config import LocalOptimality
from athanor.reporting.estimands import Estimand, estimates, of_columns
from athanor.reporting.statistics import Estimate, estimate, proportion
from athanor.results import read_table

CONDITION = ("reading", "algorithm")
RUN = [*CONDITION, "seed"]
COUNTS = (
    ("local_trapped", "d", "runs", "trapped at the cross"),
    ("local_led_out_runs", "d", "runs", "trapped at the cross, led out by the exact gradient"),
)
# Of the trapped runs: name, format, unit, description.
TRAPPED = (
    ("local_led_out", ".2f", "", "share of trapped runs that the exact gradient leads out of the cross"),
    ("local_fall", ".2f", "m", "fall of the expected distance to targets behind the cross, trapped runs"),
    (
        "local_gain",
        ".2g",
        "",
        "rise of the expected discounted return along the exact gradient, trapped runs",
    ),
)
NORM = (("local_gradient_norm", ".1g", "", "norm of the exact gradient, median over trapped runs"),)
ESTIMANDS = (
    *of_columns("counts", CONDITION, COUNTS),
    *of_columns("counts", CONDITION, NORM),
    *(
        Estimand(
            name=name,
            table=name,
            per=CONDITION,
            interval=("low", "high"),
            format=spec,
            unit=unit,
            description=f"{{reading}}, {{algorithm}}: {text}",
        )
        for name, spec, unit, text in TRAPPED
    ),
)


def run(
    local_optimality: LocalOptimality,
    statistics: Statistics,
    rng: np.random.Generator,
    ascents: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `local_optimality`, one row per run, and `estimates/local_optimality`."""
    runs = by_run(pd.concat(map(read_table, ascents), ignore_index=True), local_optimality.trapped)
    tables = {"counts": counts(runs)}
    for name, _, _, _ in TRAPPED:
        groups = runs.groupby(list(CONDITION), sort=False)
        rows = [
            {**dict(zip(CONDITION, keys, strict=True)), **_of_trapped(name, own, statistics, rng)._asdict()}
            for keys, own in groups
        ]
        tables[name] = pd.DataFrame(rows)
    found = estimates("navigation", ESTIMANDS, tables, statistics, rng)
    return {"local_optimality": runs, "estimates/local_optimality": found}


def by_run(ascents: pd.DataFrame, trapped: float) -> pd.DataFrame:
    """Return whether each run is trapped, whether its last step leads out, and what the steps bring."""
    by = ascents.sort_values("step").groupby(RUN, sort=False)
    first, last = by.first(), by.last()
    runs = pd.DataFrame(
        {
            "trapped": first["in_cross_behind"] >= trapped,
            "led_out": (first["in_cross_behind"] >= trapped) & (last["in_cross_behind"] < trapped),
            "fall": first["distance_behind"] - last["distance_behind"],
            "gain": last["value"] - first["value"],
            "gradient_norm": first["gradient_norm"],
            "in_cross_before": first["in_cross_behind"],
            "in_cross_after": last["in_cross_behind"],
        }
    )
    return runs.reset_index()


def counts(runs: pd.DataFrame) -> pd.DataFrame:
    """Return what is counted over the runs of a condition; a run that diverged is not trapped."""
    norms = runs.assign(gradient_norm=runs["gradient_norm"].where(runs["trapped"]))
    by = norms.groupby(list(CONDITION), sort=False, as_index=False)
    return by.agg(
        local_trapped=("trapped", "sum"),
        local_led_out_runs=("led_out", "sum"),
        local_gradient_norm=("gradient_norm", "median"),
    )


def _of_trapped(name: str, runs: pd.DataFrame, statistics: Statistics, rng: np.random.Generator) -> Estimate:
    """Estimate over the trapped runs of a condition; no value where none is trapped."""
    trapped = runs[runs["trapped"]]
    if trapped.empty:
        return Estimate(np.nan, np.nan, np.nan)
    if name == "local_led_out":
        return proportion(int(trapped["led_out"].sum()), len(trapped), confidence=statistics.confidence)
    values = trapped[name.removeprefix("local_")].to_numpy(float)
    return estimate("mean", [values], rng, statistics.confidence, statistics.bootstrap_samples)
