"""How near a recurrent meta-learner comes to what is optimal without knowing the task."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.alchemy.config_recurrent import Recurrent
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.references import over_seeds
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.results import read_table

FORGETFUL = "forgetful"
SCALE = ("random", "bayes_optimal")  # 0 and 1 of the yardstick on Simple Alchemy


def run(
    recurrent: Recurrent,
    statistics: Statistics,
    key: PRNGKeyArray,
    yardstick: Path,
    curves: tuple[Path, ...],
    trials: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return all `recurrent_curves` and `recurrent_trials`, and the quantities."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    curve_table = pd.concat([read_table(path) for path in curves], ignore_index=True)
    trial_table = pd.concat([read_table(path) for path in trials], ignore_index=True)
    exact = _exact(read_table(yardstick))
    quantities = [
        exactly("recurrent_hidden", recurrent.hidden, "d", "units", "units of the recurrent layer"),
        exactly("recurrent_seeds", recurrent.seeds, "d", "runs", "training runs of the recurrent learner"),
    ]
    for name in ("random", FORGETFUL, "bayes_optimal", "oracle"):
        text = f"exact return of {name} on Simple Alchemy"
        quantities.append(exactly(f"simple_{name}", float(exact[name]), ".2f", "", text))
    for game, rows in curve_table.groupby("condition", sort=False):
        played = rows["episode"].max()
        quantities.append(
            exactly(f"recurrent_{game}_episodes", played, "d", "episodes", f"training episodes, {game} game")
        )
        quantities += _of_game(str(game), trial_table, exact, statistics, rng)
    return {
        "recurrent_curves": curve_table,
        "recurrent_trials": trial_table,
        "recurrent_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def _exact(yardstick: pd.DataFrame) -> pd.Series:
    """Return the exact returns of an episode; `forgetful` is optimal among what remembers nothing of earlier trials."""
    by_trials = yardstick.set_index("trials", drop=False).sort_index()
    whole = by_trials.iloc[-1]
    whole[FORGETFUL] = by_trials["bayes_optimal"].iloc[0] * whole["trials"] / by_trials.index[0]
    return whole


def _of_game(
    game: str, trials: pd.DataFrame, exact: pd.Series, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return the score of an episode and of its first and last trials, at the end of training."""
    table = (
        trials[trials["game"] == game].pivot(index="seed", columns="trial", values="score").to_numpy(float)
    )
    found: dict[str, tuple[Float[np.ndarray, " seed"], str, str]] = {
        "end": (table.sum(1), ".1f", "score of an episode"),
        "first": (table[:, 0], ".2f", "score of the first trial"),
        "last": (table[:, -1], ".2f", "score of the last trial"),
        "within": (table[:, -1] - table[:, 0], ".2f", "score of the last trial less that of the first"),
    }
    if game == "simple":
        low, high = (float(exact[name]) for name in SCALE)
        text = "return on Simple Alchemy; 0: random actions, 1: Bayes-optimal"
        found["score"] = ((table.sum(1) - low) / (high - low), ".3f", text)
        text = "return less the optimum without memory of earlier trials"
        found["over_forgetful"] = (table.sum(1) - float(exact[FORGETFUL]), ".2f", text)
    return [
        estimated(
            f"recurrent_{game}_{name}", over_seeds(values, statistics, rng), spec, "", f"{game} game: {text}"
        )
        for name, (values, spec, text) in found.items()
    ]
