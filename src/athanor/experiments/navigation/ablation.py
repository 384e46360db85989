"""What the number of inner steps does: more baseline fitting, more data, or more adaptation, each varied alone.

An effect is a difference of two learners, run by run from the same weights (`arms` says what the learners are). The
effects of data and adaptation add up to that of the whole repaired learner.
"""

from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.navigation import seed_statistics
from athanor.experiments.navigation.config_inner_steps import Ablation, InnerSteps
from athanor.experiments.navigation.config_reporting import Statistics
from athanor.experiments.navigation.section import Reading
from athanor.experiments.navigation.seed_statistics import (
    MEAN,
    STATISTICS,
    Replicates,
    frame_statistics,
    interval,
)
from athanor.results import read_table

LAST_MEAN = "last_mean"  # mean of the last frame


class Contrast(NamedTuple):
    """An effect of N: an arm with N inner steps less another, with N or with the fewest."""

    reading: Reading
    component: str
    arm: str
    base: str
    base_has_n: bool


CONTRASTS = (
    Contrast("released", "whole", "whole", "whole", False),
    Contrast("released", "fitting", "fitting", "whole", False),
    Contrast("released", "data", "data", "whole", False),
    Contrast("repaired", "whole", "whole", "whole", False),
    Contrast("repaired", "adaptation", "whole", "data", True),  # equal numbers of rollouts
    Contrast("repaired", "data", "data", "whole", False),
    Contrast("repaired", "fitting", "fitting", "fitting", False),
)


def run(
    inner_steps: InnerSteps,
    ablation: Ablation,
    statistics: Statistics,
    key: PRNGKeyArray,
    whole: Path,
    arms: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return the effects as `ablation`, run by run as `ablation_seeds`, and the arms' runs as `ablation_runs`.

    A row is a contrast, N and statistic; run by run there are the statistics that a single run has.
    """
    trained = pd.concat([read_table(path) for path in arms], ignore_index=True)
    everything = pd.concat([read_table(whole).assign(arm="whole"), trained], ignore_index=True)
    compared = everything[everything["episode"] <= inner_steps.episodes]
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    weights = seed_statistics.resamples(rng, inner_steps.seeds, statistics.bootstrap_samples)
    effects, by_run = [], []
    for contrast in CONTRASTS:
        for steps in ablation.steps[1:]:
            place = (contrast.reading, contrast.component, steps)
            base = steps if contrast.base_has_n else ablation.steps[0]
            with_n = _frames(compared, contrast.reading, contrast.arm, steps, inner_steps)
            without = _frames(compared, contrast.reading, contrast.base, base, inner_steps)
            effects += [
                (*place, name, *interval(difference, statistics.confidence))
                for name, difference in _difference(with_n, without, weights).items()
            ]
            by_run += [
                (*place, name, seed, value)
                for name, values in _by_run(with_n).items()
                for seed, value in enumerate(values - _by_run(without)[name])
            ]
    columns = ["reading", "component", "inner_steps", "statistic"]
    return {
        "ablation": pd.DataFrame(effects, columns=[*columns, "value", "low", "high"]),
        "ablation_seeds": pd.DataFrame(by_run, columns=[*columns, "seed", "value"]),
        "ablation_runs": trained,
    }


def _frames(
    table: pd.DataFrame, reading: Reading, arm: str, steps: int, study: InnerSteps
) -> Float[np.ndarray, "seed frame episode"]:
    """Return the runs of an arm in the first setting."""
    wanted = (table["reading"] == reading) & (table["arm"] == arm) & (table["inner_steps"] == steps)
    rows = table[wanted & (table["setting"] == study.settings[0])].sort_values(["seed", "episode"])
    return rows["squared_distance"].to_numpy().reshape(study.seeds, -1, study.frame)


def _difference(
    with_n: Float[np.ndarray, "seed frame episode"],
    without: Float[np.ndarray, "seed frame episode"],
    weights: Float[np.ndarray, "resample seed"],
) -> dict[str, Replicates]:
    """Return by how much each statistic differs, the same runs drawn of both."""
    ours, theirs = _statistics(with_n, weights), _statistics(without, weights)
    return {name: values - theirs[name] for name, values in ours.items()}


def _statistics(
    frames: Float[np.ndarray, "seed frame episode"], weights: Float[np.ndarray, "resample seed"]
) -> dict[str, Replicates]:
    """Return the statistics of stability, mean over the frames, and the mean of the last frame."""
    found = [frame_statistics(frames[:, number], weights) for number in range(frames.shape[1])]
    means = {name: np.mean([one[name] for one in found], axis=0) for name in STATISTICS}
    return {**means, LAST_MEAN: found[-1][MEAN]}


def _by_run(frames: Float[np.ndarray, "seed frame episode"]) -> dict[str, Float[np.ndarray, "seed"]]:
    """Return the statistics that a single run has."""
    return {"within_frame": frames.std(2, ddof=1).mean(1), LAST_MEAN: frames[:, -1].mean(1)}
