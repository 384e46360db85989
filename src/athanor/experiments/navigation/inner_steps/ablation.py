"""What the number of inner steps does: more baseline fitting, more data, or more adaptation, each varied alone.

An effect is a difference of two learners, run by run from the same weights (`variants` says what the learners are).
The effects of data and adaptation add up to that of the whole repaired learner.
"""

from collections.abc import Iterator
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
from athanor.reporting.run_statistics import MEAN, STATISTICS, Replicates, Weights, interval, resamples

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
    Effect("repaired", "whole", "whole", "whole", False),
    Effect("repaired", "adaptation", "whole", "data", True),  # equal numbers of rollouts
    Effect("repaired", "data", "data", "whole", False),
    Effect("repaired", "fitting", "fitting", "fitting", False),
)


class Pair(NamedTuple):
    """The runs that an effect of N compares."""

    effect: Effect
    steps: int
    with_n: Runs
    without: Runs


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
    weights = resamples(rng, inner_steps.seeds, statistics.bootstrap_samples)
    effects, by_seed = [], []
    for pair in _pairs(runs, inner_steps, ablation):
        keys = (pair.effect.reading, pair.effect.component, pair.steps)
        with_n, without = (_statistics(one, inner_steps, weights) for one in pair[2:])
        effects += [
            (*keys, name, *interval(values - without[name], statistics.confidence))
            for name, values in with_n.items()
        ]
        by_seed += [
            (*keys, name, seed, value)
            for name, values in _by_seed(pair, inner_steps.frame).items()
            for seed, value in enumerate(values)
        ]
    columns = ["reading", "component", "inner_steps", "statistic"]
    return {
        "ablation": pd.DataFrame(effects, columns=[*columns, "value", "low", "high"]),
        "ablation_seeds": pd.DataFrame(by_seed, columns=[*columns, "seed", "value"]),
    }


def _pairs(paths: tuple[Path, ...], study: InnerSteps, ablation: Ablation) -> Iterator[Pair]:
    """Yield what is compared, in the first setting, over equally many episodes."""
    trained = {key: runs[:, : study.episodes] for key, runs in read_runs(runs_table(paths)).items()}
    for effect in EFFECTS:
        for steps in ablation.steps[1:]:
            base = steps if effect.base_has_n else ablation.steps[0]
            with_n = trained[effect.reading, study.settings[0], effect.variant, steps]
            yield Pair(effect, steps, with_n, trained[effect.reading, study.settings[0], effect.base, base])


def _statistics(runs: Runs, study: InnerSteps, weights: Weights) -> dict[str, Replicates]:
    """Return the statistics of stability, mean over the frames, and the mean of the last frame."""
    found = replicates(runs, study, weights)
    means = {name: found[ALL, name] for name in STATISTICS}
    return {**means, LAST_MEAN: found[frame_names(study)[-1], MEAN]}


def _by_seed(pair: Pair, frame: int) -> dict[str, Float[np.ndarray, "seed"]]:
    """Return the differences in the statistics that a single run has."""
    with_n, without = (one.reshape(len(one), -1, frame) for one in pair[2:])
    spreads = with_n.std(2, ddof=1).mean(1) - without.std(2, ddof=1).mean(1)
    return {"within_frame": spreads, LAST_MEAN: with_n[:, -1].mean(1) - without[:, -1].mean(1)}
