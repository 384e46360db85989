"""What each training run comes to: where its rollouts end, how random it stays, and whether it learns at all."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from athanor.experiments.navigation.inner_steps.replicates import CONDITION
from athanor.tasks.navigation.ends import inside, on_obstacle
from athanor.tasks.navigation.rules import Rules

NEAR = 0.25  # m^2: half a metre
DETERMINISTIC = 0.01  # nats
LOST = 2.0  # plateaus

Recorded = Mapping[str, np.ndarray]  # of one condition, by `training`


class Game(NamedTuple):
    """What is known of a setting of the environment."""

    rules: Rules
    behind: Bool[np.ndarray, "target"]  # whether the cross stands before it
    plateau: float  # m^2


def endings(recorded: Recorded, game: Game, frame: int, plateau_share: float) -> pd.DataFrame:
    """Return one row per run of a condition; shares are of the last frame, NaN for a run that diverged."""
    distance, norm, entropy = (
        recorded[name].astype(float) for name in ("squared_distance", "gradient_norm", "entropy")
    )
    last, still = distance[:, -frame:], truth(norm == 0, norm)
    mean = last.mean((1, 2))
    columns = {
        "end_mean": mean,
        "at_plateau": (np.abs(mean / game.plateau - 1) <= plateau_share).astype(float),
        "lost": truth(mean > LOST * game.plateau, mean),
        **_shares(last, recorded["cell"][:, -frame:].astype(float), game),
        "first_entropy": entropy[:, 0],
        "end_entropy": entropy[:, -frame:].mean(1),
        "deterministic_first": truth(entropy[:, 0] < DETERMINISTIC, entropy[:, 0]),
        "no_gradient": still.mean(1),
        "stopped": still[:, -frame:].min(1),
        "first_gradient": norm[:, 0],
        "largest_gradient": np.fmax.reduce(norm, axis=1),
        "diverged": np.isnan(distance).any((1, 2)),
    }
    return pd.DataFrame(
        {**{name: recorded[name].item() for name in CONDITION}, "seed": range(len(mean)), **columns}
    )


def _shares(
    distance: Float[np.ndarray, "seed episode target"],
    cells: Float[np.ndarray, "seed episode target 2"],
    game: Game,
) -> dict[str, Float[np.ndarray, "seed"]]:
    """Return the shares of rollouts by where they end."""
    near, in_cross = truth(distance <= NEAR, distance), truth(on_obstacle(game.rules, cells), distance)
    found = {
        "near": near,
        "near_behind": near[..., game.behind],
        "in_cross": in_cross,
        "in_cross_behind": in_cross[..., game.behind],
        "in_cross_before": in_cross[..., ~game.behind],
        "outside": truth(~inside(game.rules, cells), distance),
    }
    return {name: share.mean((1, 2)) for name, share in found.items()}


def truth(found: Bool[np.ndarray, "..."], of: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Return truth values as 1 or 0, NaN where what they are of is not finite."""
    return np.where(np.isfinite(of), found, np.nan)


def same_until(distance: Float[np.ndarray, "step seed episode target"]) -> Float[np.ndarray, "seed"]:
    """Return how many first episodes end on the same distances whatever N, by seed."""
    same = (distance == distance[:1]).all((0, 3))
    return np.cumprod(same, axis=1).sum(1).astype(float)
