"""Headline numbers of the training runs: where they end, how random they stay, and whether N made a difference."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from athanor.experiments.navigation.config import InnerSteps, Statistics
from athanor.experiments.navigation.discounts import on_obstacle
from athanor.reporting.quantities import Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate, mean
from athanor.tasks.navigation.rules import Rules

NEAR = 0.25  # m^2: half a metre
AREA = "m²"

BySeed = Float[np.ndarray, "step seed"]


class Runs(NamedTuple):
    """The recorded runs of a setting, one entry of `trained` for each N, and the setting's targets."""

    setting: str
    trained: list[dict[str, np.ndarray]]
    targets: pd.DataFrame  # of section reachable, a row a target
    behind: Bool[np.ndarray, "target"]  # whether the cross stands before it

    def stacked(self, name: str) -> Float[np.ndarray, "step seed episode ..."]:
        """Return an array of all runs."""
        return np.stack([arrays[name] for arrays in self.trained]).astype(float)


def run_quantities(
    runs: Runs, rules: Rules, study: InnerSteps, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return the quantities of one setting; intervals are over seeds, each with all its N."""
    squared = runs.stacked("squared_distance")[:, :, -study.frame :]
    in_cross = np.where(
        np.isfinite(squared), on_cross(rules, runs.stacked("cell")[:, :, -study.frame :]), np.nan
    )
    plateau = runs.targets["down_left_squared_distance"].mean()
    at_plateau = np.abs(squared.mean((2, 3)) / plateau - 1) <= statistics.plateau_share
    shares: dict[str, tuple[BySeed, str]] = {
        "at_plateau": (at_plateau.astype(float), "runs whose last frame is at the plateau"),
        "in_cross": (in_cross.mean((2, 3)), "rollouts of the last frame that end in the cross"),
        "in_cross_behind": (in_cross[..., runs.behind].mean((2, 3)), "the same, targets behind it"),
        "in_cross_before": (in_cross[..., ~runs.behind].mean((2, 3)), "the same, the other targets"),
        "near": ((squared <= NEAR).mean((2, 3)), "rollouts of the last frame within half a metre"),
    }

    def quantity(name: str, values: BySeed, spec: str, unit: str, text: str) -> Quantity:
        description = f"{runs.setting}: {text}"
        return estimated(
            f"{runs.setting}_{name}", over_seeds(values, statistics, rng), spec, unit, description
        )

    entropy = runs.stacked("entropy")[:, :, -study.frame :].mean(2)
    return [
        *(quantity(name, values, ".2f", "", text) for name, (values, text) in shares.items()),
        quantity("last_mean", squared.mean((2, 3)), ".1f", AREA, "last frame, all N"),
        quantity("last_entropy", entropy, ".3f", "nats", "entropy of the policy in the last frame"),
        *_of_training(runs),
    ]


def on_cross(rules: Rules, cells: Float[np.ndarray, "*run 2"]) -> Bool[np.ndarray, "..."]:
    """Tell which rollouts end on an obstacle."""
    return on_obstacle(rules, np.nan_to_num(cells).astype(int))


def over_seeds(values: BySeed, statistics: Statistics, rng: np.random.Generator) -> Estimate:
    """Estimate the mean over N and seeds, resampling seeds; what diverged does not count."""
    by_seed = np.array([row[np.isfinite(row)].mean() for row in values.T if np.isfinite(row).any()])
    if len(by_seed) < 2:
        value = float(by_seed.mean()) if len(by_seed) else float("nan")
        return Estimate(value, float("nan"), float("nan"))
    found = mean(by_seed, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples)
    return Estimate(found.value, min(found.low, found.value), max(found.high, found.value))


def same_until(squared: Float[np.ndarray, "step seed episode target"]) -> Float[np.ndarray, "seed"]:
    """Return how many first episodes end on the same distances whatever N, by seed."""
    same = (squared == squared[:1]).all((0, 3))
    return np.cumprod(same, axis=1).sum(1).astype(float)


def _of_training(runs: Runs) -> list[Quantity]:
    """Return what is counted over all of training."""
    squared, norm = runs.stacked("squared_distance"), runs.stacked("gradient_norm")
    diverged = np.isnan(squared).any((2, 3)).sum()
    same = np.median(same_until(squared))
    text = runs.setting
    return [
        exactly(f"{text}_runs", squared.shape[0] * squared.shape[1], "d", "runs", f"{text}: training runs"),
        exactly(f"{text}_diverged", diverged, "d", "runs", f"{text}: runs that diverged"),
        exactly(f"{text}_same_until", same, ".0f", "episodes", f"{text}: equal for all N, median over seeds"),
        exactly(
            f"{text}_gradient_norm", np.nanmedian(norm[:, :, 0]), ".0e", "", f"{text}: first episode, median"
        ),
    ]
