"""Collect the part's headline numbers, each with its interval, for the paper, the claims and `athanor verify`."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.config_agents import AGENTS, Rollout, Simulation
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_published import Published
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.summary_gaps import gaps
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate
from athanor.results import read_table
from athanor.tasks.alchemy.chemistries import prior_entropy

LEVELS = (("aligned", False), ("rotated", True))


def run(
    environment: Environment,
    simulation: Simulation,
    rollout: Rollout,
    published: Published,
    statistics: Statistics,
    key: PRNGKeyArray,
    chemistry_counts: Path,
    scores: Path,
    mean_scores: Path,
    groups: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return `summary`: a row a quantity; `groups` are the quantities of other groups of experiments."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    quantities = [
        *_settings(environment, simulation),
        *_lookahead(rollout),
        *_counts(read_table(chemistry_counts)),
        *_means(read_table(mean_scores), environment.trials),
        *_published(published),
        *gaps(read_table(scores), statistics, rng),
    ]
    own = pd.DataFrame(quantities, columns=COLUMNS)
    found = pd.concat([own, *map(read_table, groups)], ignore_index=True)
    return {"estimates/alchemy": found.assign(quantity="alchemy." + found["quantity"])}


def _settings(environment: Environment, simulation: Simulation) -> list[Quantity]:
    """Return the settings that the text names."""
    sections = (*environment, *simulation)
    return [
        exactly(name, value, "d", "", f"setting {name}") for name, value in sections if isinstance(value, int)
    ]


def _lookahead(rollout: Rollout) -> list[Quantity]:
    """Return how far the agents that play on look ahead."""
    units = {
        "samples": "chemistries",
        "width": "dips",
        "finalists": "dips",
        "information": "",
        "later_loss": "",
    }
    return [
        exactly(f"rollout_{name}", value, "g", units[name], f"setting rollout.{name}")
        for name, value in rollout
    ]


def _counts(counts: pd.DataFrame) -> list[Quantity]:
    rows = zip(counts["quantity"], counts["count"], strict=True)
    entropies = [
        exactly(
            f"prior_bits_{level}", prior_entropy(rotated), ".2f", "bits", f"entropy of the prior, {level}"
        )
        for level, rotated in LEVELS
    ]
    return [exactly(name, count, "d", "", str(name).replace("_", " ")) for name, count in rows] + entropies


def _means(means: pd.DataFrame, trials: int) -> list[Quantity]:
    """Return each agent's mean score of the episode, of its first trial and of its last."""
    table = means.assign(trial=means["trial"].astype(str)).set_index(["agent", "trial"])
    named = {"episode": "all", "first_trial": "1", "last_trial": str(trials)}
    return [
        estimated(
            f"{name}_score_{agent}",
            Estimate(*table.loc[(agent, trial), ["value", "low", "high"]]),
            ".1f" if name == "episode" else ".2f",
            "",
            f"mean score of {agent}, {name.replace('_', ' ')}",
        )
        for agent in AGENTS
        for name, trial in named.items()
    ]


def _published(published: Published) -> list[Quantity]:
    """Return the published means, by trial too, and by how much the ideal observer stays below its episodes' oracle."""
    values: dict[str, float] = {}
    for name, value in published:
        trials = value if isinstance(value, tuple) else ()
        values |= {f"{name.removesuffix('s')}_{i}": each for i, each in enumerate(trials, 1)} or {name: value}
    whole = published.oracle_there - published.ideal_observer
    first = published.first_trial_gap
    gaps = {"gap": whole, "gap_first_trial": first, "gap_after_first_trial": whole - first}
    return [
        *(
            exactly(f"published_{name}", value, "g", "", f"published mean score: {name.replace('_', ' ')}")
            for name, value in values.items()
        ),
        *(
            exactly(f"{name}_published_ideal_observer", value, ".2f", "", f"{name} to the oracle, published")
            for name, value in gaps.items()
        ),
    ]
