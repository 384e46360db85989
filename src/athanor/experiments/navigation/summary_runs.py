"""Headline numbers of the training runs: where they end, how random they stay, and whether N made a difference."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from athanor.experiments.navigation.config_inner_steps import InnerSteps
from athanor.experiments.navigation.config_reporting import Statistics
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
    last = slice(-study.frame, None)
    squared, entropy = runs.stacked("squared_distance")[:, :, last], runs.stacked("entropy")[:, :, last]
    distance = squared.mean((2, 3))
    plateau = runs.targets["down_left_squared_distance"].mean()
    at_plateau = (np.abs(distance / plateau - 1) <= statistics.plateau_share).astype(float)
    ends = _ends(runs, rules, squared, runs.stacked("cell")[:, :, last])

    def quantity(name: str, values: BySeed, spec: str, unit: str, text: str) -> Quantity:
        found = over_seeds(values, statistics, rng)
        return estimated(f"{runs.setting}_{name}", found, spec, unit, f"{runs.setting}: {text}")

    return [
        *(quantity(name, values, ".3f", "", f"last frame: {text}") for name, (values, text) in ends.items()),
        quantity("at_plateau", at_plateau, ".2f", "", "runs whose last frame is at the plateau"),
        quantity("last_mean", distance, ".1f", AREA, "last frame, all N"),
        quantity("last_entropy", entropy.mean(2), ".2f", "nats", "entropy of the policy in the last frame"),
        exactly(
            f"{runs.setting}_last_median", np.nanmedian(distance), ".1f", AREA, "median over runs, last frame"
        ),
        *_of_training(runs),
    ]


def _ends(
    runs: Runs,
    rules: Rules,
    squared: Float[np.ndarray, "step seed episode target"],
    cells: Float[np.ndarray, "step seed episode target 2"],
) -> dict[str, tuple[BySeed, str]]:
    """Return the shares of rollouts by where they end, NaN for a run that diverged."""
    finite = np.isfinite(squared)
    in_cross = np.where(finite, on_cross(rules, cells), np.nan)
    outside = np.where(finite, ((cells < 0) | (cells > rules.last_cell)).any(-1), np.nan)
    near = np.where(finite, squared <= NEAR, np.nan)
    return {
        "in_cross": (in_cross.mean((2, 3)), "rollouts that end in the cross"),
        "in_cross_behind": (in_cross[..., runs.behind].mean((2, 3)), "the same, targets behind it"),
        "in_cross_before": (in_cross[..., ~runs.behind].mean((2, 3)), "the same, the other targets"),
        "outside": (outside.mean((2, 3)), "rollouts that end outside the square"),
        "near": (near.mean((2, 3)), "rollouts that end within half a metre"),
        "near_behind": (near[..., runs.behind].mean((2, 3)), "the same, targets behind the cross"),
    }


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
