"""Estimate what the number of inner steps does to training: where runs end, how stable they are, and what varies."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.inner_steps.conditions import data_trajectories
from athanor.experiments.navigation.inner_steps.config import Ablation, InnerSteps, Plateau
from athanor.experiments.navigation.inner_steps.endings import Game, Recorded, endings, same_until
from athanor.experiments.navigation.inner_steps.estimands import CONDITION, ESTIMANDS
from athanor.experiments.navigation.inner_steps.published import (
    published_plateau,
    published_slopes,
    published_statistics,
)
from athanor.experiments.navigation.inner_steps.replicates import ALL, LONG, frame_names
from athanor.reporting.estimands import estimates
from athanor.reporting.run_statistics import MEAN
from athanor.results import read_arrays, read_table
from athanor.tasks.navigation.ends import behind_the_cross

KEYS = list(CONDITION)
WHICH = ("fewest", "most")


def run(
    environment: Environment,
    inner_steps: InnerSteps,
    ablation: Ablation,
    plateau: Plateau,
    statistics: Statistics,
    rng: np.random.Generator,
    reachable: Path,
    stability: Path,
    slopes: Path,
    single_pairs: Path,
    effects: Path,
    training: tuple[Path, ...],
    figure2: Path,
) -> dict[str, pd.DataFrame]:
    """Return `run_ends`, what each training run comes to, and `estimates/inner_steps`."""
    recorded = [read_arrays(path) for path in training]
    games = games_of(environment, inner_steps, read_table(reachable))
    runs = pd.concat(
        [endings(one, games[one["setting"].item()], inner_steps.frame, plateau.share) for one in recorded],
        ignore_index=True,
    )
    published = pd.read_csv(figure2, comment="#")
    most = read_table(effects)["inner_steps"] == ablation.steps[-1]
    tables = {
        "steps": steps_compared(inner_steps, ablation),
        "trajectories": pd.DataFrame(
            {"value": [data_trajectories(inner_steps.repaired_trajectories, ablation.steps[-1])]}
        ),
        "published_plateau": published_plateau(published, plateau.published_steps),
        "runs": runs,
        "counts": counts(runs, recorded),
        "ends": ends(named_frames(read_table(stability), inner_steps)),
        "slopes": named_frames(read_table(slopes), inner_steps),
        "published_slopes": named_frames(published_slopes(published_statistics(published)), inner_steps),
        "single_pairs": read_table(single_pairs),
        "effects": read_table(effects)[most],
    }
    found = estimates("navigation", ESTIMANDS, tables, statistics, rng)
    return {"run_ends": runs, "estimates/inner_steps": found}


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


def steps_compared(study: InnerSteps, ablation: Ablation) -> pd.DataFrame:
    """Return the fewest and the most inner steps compared, by where they are."""
    compared = {"training": study.steps, "long_training": study.long_steps, "ablation": ablation.steps}
    rows = [
        (name, *pair)
        for name, steps in compared.items()
        for pair in zip(WHICH, (steps[0], steps[-1]), strict=True)
    ]
    return pd.DataFrame(rows, columns=["compared", "which", "value"])


def counts(runs: pd.DataFrame, recorded: Sequence[Recorded]) -> pd.DataFrame:
    """Return what is counted over the runs of a condition with all N."""
    table = runs.groupby(KEYS, sort=False).agg(
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
    return tuple(recorded[name].item() for name in KEYS)


def named_frames(table: pd.DataFrame, study: InnerSteps) -> pd.DataFrame:
    """Return the rows of all frames together, of the last one, and of the last one in long training, named so."""
    names = {ALL: "all", frame_names(study)[-1]: "last", LONG: "last_of_long"}
    return table.assign(frame=table["frame"].map(names)).dropna(subset="frame")


def ends(stability: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of the last frame with the fewest and the most inner steps."""
    trainings = {"last": "compared", "last_of_long": "long"}
    table = stability[stability["statistic"] == MEAN].assign(training=stability["frame"].map(trainings))
    table = table.dropna(subset="training")
    by_training = table.groupby(["reading", "setting", "training"])["inner_steps"]
    named = {"fewest": by_training.transform("min"), "most": by_training.transform("max")}
    return pd.concat(
        table[table["inner_steps"] == steps].assign(which=which) for which, steps in named.items()
    )
