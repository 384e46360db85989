"""Estimate what the training runs of each condition come to: where they end, how random, and whether they learn."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.inner_steps.config import InnerSteps, Plateau
from athanor.experiments.navigation.inner_steps.endings import Game, Recorded, endings, same_until
from athanor.experiments.navigation.inner_steps.published import published_plateau
from athanor.reporting.estimands import Contrast, estimates, of_columns
from athanor.results import read_arrays, read_table
from athanor.tasks.navigation.ends import behind_the_cross

CONDITION = ("reading", "setting", "variant")
AREA = "m²"
# Of runs, over all N: name, format, unit, description.
RUNS = (
    ("end_mean", ".1f", AREA, "squared distance in the last frame"),
    ("first_entropy", ".3f", "nats", "entropy after adaptation, first episode"),
    ("end_entropy", ".2f", "nats", "entropy after adaptation, last frame"),
    ("deterministic_first", ".2f", "", "share of runs below 0.01 nats in the first episode"),
    ("no_gradient", ".3f", "", "share of episodes whose gradient is exactly 0"),
    ("stopped", ".2f", "", "share of runs whose gradient is exactly 0 in the whole last frame"),
)
# The same of shares in which a run that diverged counts as 0.
SHARES = (
    ("at_plateau", ".2f", "", "share of runs whose last frame is at the plateau"),
    ("near", ".3f", "", "share of the last frame's rollouts that end within half a metre"),
    ("near_behind", ".3f", "", "the same, targets behind the cross"),
    ("in_cross", ".3f", "", "share of the last frame's rollouts that end in the cross"),
    ("in_cross_behind", ".3f", "", "the same, targets behind it"),
    ("in_cross_before", ".3f", "", "the same, the other targets"),
    ("outside", ".3f", "", "share of the last frame's rollouts that end outside the square"),
)
# The least over N.
LEAST = (("near_least", ".3f", "", "least over N of the share that ends within half a metre, last frame"),)
# The largest over N; a run that diverged is lost.
LOST = (("lost_largest", ".2f", "", "largest over N of the share of runs that end above twice the plateau"),)
# Paired by the seed.
CHANGE = (
    ("end_change_median", ".1f", AREA, "squared distance in the last frame, most less fewest inner steps"),
)
# Of a condition: name, format, unit, description.
COUNTS = (
    ("runs", "d", "runs", "training runs"),
    ("diverged", "d", "runs", "training runs that diverged"),
    ("end_median", ".1f", AREA, "median over runs of the squared distance in the last frame"),
    ("first_gradient", ".0e", "", "norm of the first episode's gradient, median over runs"),
    ("largest_gradient", ".0e", "", "largest norm of a gradient"),
    ("same_until", ".0f", "episodes", "first episodes that are equal for all N, median over seeds"),
)
PLATEAU = (
    (
        "published_plateau",
        ".2f",
        AREA,
        "published means of the last frame, mean over those N that are at the plateau",
    ),
)
ESTIMANDS = (
    *of_columns("published", (), PLATEAU),
    *of_columns("runs", CONDITION, RUNS, over="seed"),
    *of_columns("runs", CONDITION, SHARES, over="seed", diverged=0.0),
    *of_columns(
        "runs",
        CONDITION,
        LEAST,
        value="near",
        over="seed",
        bounds=(0.0, 1.0),
        diverged=0.0,
        least_of="inner_steps",
    ),
    *of_columns(
        "runs",
        CONDITION,
        LOST,
        value="lost",
        over="seed",
        statistic="share",
        diverged=1.0,
        largest_of="inner_steps",
    ),
    *of_columns(
        "extremes",
        CONDITION,
        CHANGE,
        value="end_mean",
        over="seed",
        statistic="median",
        contrast=Contrast("which", "most", "fewest"),
    ),
    *of_columns("counts", CONDITION, COUNTS),
)


def run(
    environment: Environment,
    inner_steps: InnerSteps,
    plateau: Plateau,
    statistics: Statistics,
    rng: np.random.Generator,
    reachable: Path,
    training: tuple[Path, ...],
    figure2: Path,
) -> dict[str, pd.DataFrame]:
    """Return `run_ends`, one row per training run, and `estimates/run_ends`."""
    recorded = [read_arrays(path) for path in training]
    games = games_of(environment, inner_steps, read_table(reachable))
    runs = pd.concat(
        [endings(one, games[one["setting"].item()], inner_steps.frame, plateau.share) for one in recorded],
        ignore_index=True,
    )
    published = published_plateau(pd.read_csv(figure2, comment="#"), plateau.published_steps)
    tables = {
        "published": pd.DataFrame({"published_plateau": [published]}),
        "runs": runs,
        "extremes": extremes(runs),
        "counts": counts(runs, recorded),
    }
    return {
        "run_ends": runs,
        "estimates/run_ends": estimates("navigation", ESTIMANDS, tables, statistics, rng),
    }


def games_of(environment: Environment, study: InnerSteps, reachable: pd.DataFrame) -> dict[str, Game]:
    """Return what is known of each setting, at the base obstacle level."""
    base = reachable.query("obstacles == @environment.obstacles").sort_values("target")
    reach = environment.release.reach_squared
    found: dict[str, Game] = {}
    for setting in study.settings:
        rows = base[base["setting"] == setting]
        behind = behind_the_cross(rows["myopic_distance"].to_numpy(float), reach)
        found[setting] = Game(
            rules_of(environment, setting), behind, rows["down_left_squared_distance"].mean()
        )
    return found


def extremes(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with the fewest and the most inner steps, of conditions that have several N."""
    by = runs.groupby(list(CONDITION))["inner_steps"]
    least, most, steps = by.transform("min"), by.transform("max"), runs["inner_steps"]
    which = np.select([least == most, steps == least, steps == most], ["", "fewest", "most"], "")
    return runs.assign(which=which)[which != ""]


def counts(runs: pd.DataFrame, recorded: Sequence[Recorded]) -> pd.DataFrame:
    """Return what is counted over the runs of a condition with all N."""
    table = runs.groupby(list(CONDITION), sort=False).agg(
        runs=("seed", "size"),
        diverged=("diverged", "sum"),
        end_median=("end_mean", "median"),
        first_gradient=("first_gradient", "median"),
        largest_gradient=("largest_gradient", "max"),
    )
    same = {
        key: np.median(
            same_until(np.stack([one["squared_distance"] for one in recorded if key == _key(one)]))
        )
        for key in table.index
    }
    return table.assign(same_until=pd.Series(same)).reset_index()


def _key(recorded: Recorded) -> tuple[str, ...]:
    return tuple(recorded[name].item() for name in CONDITION)
