"""Whether the runs of a reading learn, and whether they stop: numbers of the recorded training."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from athanor.experiments.navigation.config_reporting import Statistics
from athanor.experiments.navigation.summary_runs import NEAR, BySeed, over_seeds
from athanor.reporting.quantities import Quantity, estimated, exactly

DETERMINISTIC = 0.01  # nats
AREA = "m²"


class Number(NamedTuple):
    """A number of each run, and how it is written."""

    values: BySeed
    format: str
    unit: str
    text: str


def of_runs(
    name: str,
    trained: list[dict[str, np.ndarray]],
    last_cell: int,
    frame: int,
    statistics: Statistics,
    rng: np.random.Generator,
) -> list[Quantity]:
    """Return the quantities of the runs of all N, called `name`; intervals are over seeds, each with all its N."""
    arrays = {
        part: np.stack([one[part] for one in trained]).astype(float)
        for part in ("squared_distance", "cell", "entropy", "gradient_norm")
    }
    numbers = {**_ends(arrays, last_cell, frame), **_training(arrays, frame)}
    diverged = np.isnan(arrays["squared_distance"]).any((2, 3))
    largest = np.nanmax(arrays["gradient_norm"])
    return [
        *(
            estimated(
                f"{name}_{key}",
                over_seeds(number.values, statistics, rng),
                number.format,
                number.unit,
                f"{name}: {number.text}",
            )
            for key, number in numbers.items()
        ),
        exactly(f"{name}_runs", diverged.size, "d", "runs", f"{name}: training runs"),
        exactly(f"{name}_diverged", diverged.sum(), "d", "runs", f"{name}: runs that diverged"),
        exactly(f"{name}_largest_gradient", largest, ".0e", "", f"{name}: largest gradient norm"),
    ]


def _ends(arrays: dict[str, np.ndarray], last_cell: int, frame: int) -> dict[str, Number]:
    """Return where the rollouts of the last frame end; NaN for a run that diverged."""
    squared, cells = (arrays[part][:, :, -frame:] for part in ("squared_distance", "cell"))
    outside = np.any((cells < 0) | (cells > last_cell), axis=-1)
    near = truth(squared <= NEAR, squared)
    return {
        "last_mean": Number(squared.mean((2, 3)), ".1f", AREA, "last frame, all N"),
        "near": Number(near.mean((2, 3)), ".3f", "", "rollouts that end within half a metre"),
        "outside": Number(
            truth(outside, squared).mean((2, 3)), ".2f", "", "rollouts that end outside the square"
        ),
    }


def _training(arrays: dict[str, np.ndarray], frame: int) -> dict[str, Number]:
    """Return how random the adapted policies are, and how often there is no gradient."""
    entropy, norm = arrays["entropy"], arrays["gradient_norm"]
    first, still = entropy[:, :, 0], truth(norm == 0, norm)
    return {
        "first_entropy": Number(first, ".3f", "nats", "entropy after adaptation, first episode"),
        "last_entropy": Number(
            entropy[:, :, -frame:].mean(2), ".2f", "nats", "entropy after adaptation, last frame"
        ),
        "deterministic_first": Number(
            truth(first < DETERMINISTIC, first), ".2f", "", "runs below 0.01 nats in the first episode"
        ),
        "no_gradient": Number(still.mean(2), ".3f", "", "episodes whose gradient is exactly 0"),
        "stopped": Number(
            still[:, :, -frame:].min(2), ".2f", "", "runs whose gradient is exactly 0 in the whole last frame"
        ),
    }


def truth(found: Bool[np.ndarray, "..."], of: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Return truth values as 1 or 0, NaN where what they are of is not finite."""
    return np.where(np.isfinite(of), found, np.nan)
