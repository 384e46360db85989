"""Collect the part's headline numbers, each with its interval, for the paper, the claims and `athanor verify`."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.config_agents import AGENTS, Simulation
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_reporting import Published, Statistics
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate, mean
from athanor.results import read_table
from athanor.tasks.alchemy.chemistries import prior_entropy

LEVELS = (("aligned", False), ("rotated", True))


def run(
    environment: Environment,
    simulation: Simulation,
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
        *_counts(read_table(chemistry_counts)),
        *_means(read_table(mean_scores), environment.trials),
        *_published(published),
        *_gaps(read_table(scores), statistics, rng),
    ]
    own = pd.DataFrame(quantities, columns=COLUMNS)
    found = pd.concat([own, *map(read_table, groups)], ignore_index=True)
    return {"summary": found.assign(quantity="alchemy." + found["quantity"])}


def _settings(environment: Environment, simulation: Simulation) -> list[Quantity]:
    """Return the settings that the text names."""
    sections = (*environment, *simulation)
    return [
        exactly(name, value, "d", "", f"setting {name}") for name, value in sections if isinstance(value, int)
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
    return [
        exactly(f"published_{name}", value, ".1f", "", f"published mean score of an episode: {name}")
        for name, value in published
    ]


def _gaps(scores: pd.DataFrame, statistics: Statistics, rng: np.random.Generator) -> list[Quantity]:
    """Return by how much agents with the posterior stay below the oracle on the same episodes, and after one trial."""
    tables = {
        agent: own.pivot(index="episode", columns="trial", values="score")
        for agent, own in scores.groupby("agent")
    }
    rows = []
    for agent in ("posterior_sampling", "mean_plan"):
        gap = (tables["oracle"] - tables[agent]).to_numpy(float)
        for name, values in (("gap", gap.sum(1)), ("gap_after_first_trial", gap[:, 1:].sum(1))):
            found = mean(
                values, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples
            )
            rows.append(
                estimated(
                    f"{name}_{agent}", found, ".2f", "", f"{name.replace('_', ' ')} of {agent} to the oracle"
                )
            )
    return rows
