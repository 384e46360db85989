"""What agents that act on the posterior lose to the oracle on the same episodes, and what playing for later trials gains."""

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.reporting.quantities import Quantity, estimated
from athanor.reporting.statistics import bootstrap, mean

ON_POSTERIOR = ("posterior_sampling", "mean_plan", "rollout", "far_sighted")
ByTrial = Float[np.ndarray, "episode trial"]
PARTS = {"gap": slice(None), "gap_first_trial": slice(1), "gap_after_first_trial": slice(1, None)}


def gaps(scores: pd.DataFrame, statistics: Statistics, rng: np.random.Generator) -> list[Quantity]:
    """Return the gaps of a whole episode, of its first trial and of the others; bits unknown after the first; gains."""
    tables = {agent: by_trial(scores, agent, "score") for agent in (*ON_POSTERIOR, "oracle")}
    bits = {agent: by_trial(scores, agent, "entropy")[:, 0] for agent in ON_POSTERIOR}
    rows: list[tuple[str, Float[np.ndarray, " episode"], str, str]] = []
    for agent in ON_POSTERIOR:
        lost = tables["oracle"] - tables[agent]
        rows += [
            (f"{name}_{agent}", lost[:, part].sum(1), "", f"{name} of {agent} to the oracle")
            for name, part in PARTS.items()
        ]
        rows.append((f"bits_{agent}", bits[agent], "bits", f"unknown to {agent} after the first trial"))
    for agent, other in (("rollout", "mean_plan"), ("far_sighted", "rollout")):
        gain = (tables[agent] - tables[other]).sum(1)
        rows.append((f"gain_{agent}", gain, "", f"score of {agent} above that of {other}, same episodes"))
    level, resamples = statistics.confidence, statistics.bootstrap_samples
    found = [
        estimated(name, mean(values, rng, confidence=level, resamples=resamples), ".2f", unit, _words(text))
        for name, values, unit, text in rows
    ]
    later = (tables["oracle"] - tables["rollout"])[:, 1:].sum(1)
    slope = bootstrap([later, bits["rollout"] ** 2], _slope, rng, confidence=level, resamples=resamples)
    text = "loss of rollout after the first trial, by squared bits unknown at its end"
    return [*found, estimated("loss_by_squared_bits", slope, ".3f", "", text)]


def _slope(
    loss: Float[np.ndarray, "..."], squared: Float[np.ndarray, "..."], axis: int = -1
) -> Float[np.ndarray, "..."]:
    """Return the least-squares slope of a line through the origin."""
    return np.asarray(np.sum(loss * squared, axis=axis) / np.sum(squared**2, axis=axis))


def by_trial(scores: pd.DataFrame, agent: str, column: str) -> ByTrial:
    """Return a column of an agent's scores, in the order of episodes and trials."""
    own = scores[scores["agent"] == agent]
    return own.pivot(index="episode", columns="trial", values=column).to_numpy(float)


def _words(text: str) -> str:
    return text.replace("_", " ")
