"""What the number of inner steps does: more baseline fitting, more data, or more adaptation, each varied alone.

An effect is a difference of two learners, run by run from the same weights (`variants` says what the learners are).
The effects of data and adaptation add up to that of the whole corrected learner.
"""

from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.inner_steps.config import Ablation, InnerSteps, Variant
from athanor.experiments.navigation.inner_steps.replicates import (
    ALL,
    Runs,
    frame_names,
    read_runs,
    replicates,
    runs_table,
)
from athanor.experiments.navigation.learners.config import Reading
from athanor.reporting.run_statistics import (
    MEAN,
    STATISTICS,
    Replicates,
    Weights,
    interval,
    resamples,
    without_each,
)

LAST_MEAN = "last_mean"  # mean of the last frame


class Effect(NamedTuple):
    """An effect of N: a variant with N inner steps less another, with N or with the fewest."""

    reading: Reading
    component: str
    variant: Variant
    base: Variant
    base_has_n: bool


EFFECTS = (
    Effect("released", "whole", "whole", "whole", False),
    Effect("released", "fitting", "fitting", "whole", False),
    Effect("released", "data", "data", "whole", False),
    Effect("corrected", "whole", "whole", "whole", False),
    Effect("corrected", "adaptation", "whole", "data", True),  # equal numbers of rollouts
    Effect("corrected", "data", "data", "whole", False),
    Effect("corrected", "fitting", "fitting", "fitting", False),
)


def run(
    inner_steps: InnerSteps,
    ablation: Ablation,
    statistics: Statistics,
    rng: np.random.Generator,
    runs: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return the effects as `ablation`, and run by run as `ablation_seeds`.

    There is one row per effect, N and statistic; run by run there are the statistics that a single run has.
    """
    level, seeds = statistics.confidence, inner_steps.seeds
    weights = resamples(rng, inner_steps.seeds, statistics.bootstrap_samples)
    trained = {key: found[:, : inner_steps.episodes] for key, found in read_runs(runs_table(runs)).items()}
    effects, by_seed = [], []
    for effect, steps in product(EFFECTS, ablation.steps[1:]):
        keys = (effect.reading, effect.component, steps)
        base = (effect.base, steps if effect.base_has_n else ablation.steps[0])
        pair = [
            trained[effect.reading, inner_steps.settings[0], *one] for one in ((effect.variant, steps), base)
        ]
        with_n, without = (_statistics(one, inner_steps, weights) for one in pair)
        differences = {name: values - without[name] for name, values in with_n.items()}
        effects += [
            (*keys, name, *interval(values, level, seeds), without_each(values, weights, level, seeds))
            for name, values in differences.items()
        ]
        by_run = [_by_seed(one, inner_steps.frame) for one in pair]
        by_seed += [
            (*keys, name, seed, value)
            for name in by_run[0]
            for seed, value in enumerate(by_run[0][name] - by_run[1][name])
        ]
    columns = ["reading", "component", "inner_steps", "statistic"]
    return {
        "ablation": pd.DataFrame(effects, columns=[*columns, "value", "low", "high", "without"]),
        "ablation_seeds": pd.DataFrame(by_seed, columns=[*columns, "seed", "value"]),
    }


def _statistics(runs: Runs, study: InnerSteps, weights: Weights) -> dict[str, Replicates]:
    """Return the statistics of stability, mean over the frames, and the mean of the last frame."""
    found = replicates(runs, study, weights)
    means = {name: found[ALL, name] for name in STATISTICS}
    return {**means, LAST_MEAN: found[frame_names(study)[-1], MEAN]}


def _by_seed(runs: Runs, frame: int) -> dict[str, Float[np.ndarray, "seed"]]:
    """Return the statistics that a single run has."""
    frames = runs.reshape(len(runs), -1, frame)
    return {"within_frame": frames.std(2, ddof=1).mean(1), LAST_MEAN: frames[:, -1].mean(1)}
