"""What meta-learning over Alchemy's chemistries reaches, beside players that do not learn, and what adaptation adds."""

from itertools import combinations
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_learners import Learners
from athanor.experiments.alchemy.config_meta import META_LEARNERS, MetaLearning
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.meta_learning import CHEMISTRY_COLUMNS, update_episodes
from athanor.experiments.alchemy.references import oracle_scores, over_seeds, played_scores
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.results import read_table
from athanor.tasks.alchemy.environment import Chemistry, alchemy

PLAYERS = ("random", "deposit_positive", "random_dips")
LATE = 0.25  # of training, over which the late gain is taken
BySeed = Float[np.ndarray, "seed step"]


def run(
    environment: Environment,
    learners: Learners,
    meta_learning: MetaLearning,
    statistics: Statistics,
    key: PRNGKeyArray,
    curves: tuple[Path, ...],
    tests: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return all `meta_learning_curves`, the `fine_tuning` tests, `fine_tuning_scores` and the quantities.

    `fine_tuning_scores` has means over the chemistries by learner, seed and step (`episode`: those played up to it), and
    those of players that do not learn.
    """
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    trained = [table for table in map(read_table, curves) if len(table)]
    curve_table = pd.concat(trained, ignore_index=True)
    table = pd.concat([read_table(path) for path in tests], ignore_index=True)
    scores = table.groupby(["learner", "seed", "step"], sort=False)["score"].mean(skipna=False).reset_index()
    references = _references(environment, meta_learning, table, key)
    by_seed: dict[str, BySeed] = {name: _by_seed(scores, name) for name in META_LEARNERS}
    quantities = [
        *_settings(meta_learning, learners),
        *(
            exactly(
                f"fine_tuning_{name}",
                value,
                ".1f",
                "",
                f"mean score of {name} on the chemistries of the tests",
            )
            for name, value in references.items()
        ),
        *_tests(by_seed, references, meta_learning, statistics, rng),
        *_training(curve_table, statistics, rng),
    ]
    means = pd.DataFrame(
        {"learner": list(references), "seed": 0, "step": 0, "score": list(references.values())}
    )
    shown = pd.concat([scores, means], ignore_index=True)
    return {
        "meta_learning_curves": curve_table,
        "fine_tuning": table,
        "fine_tuning_scores": shown.assign(episode=shown["step"] * learners.trajectories),
        "meta_learning_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def _references(
    environment: Environment, study: MetaLearning, tests: pd.DataFrame, key: PRNGKeyArray
) -> dict[str, float]:
    """Return the mean scores of players that do not learn on the chemistries of the tests."""
    env = alchemy(environment.rules())
    numbers = tests.groupby("chemistry")[CHEMISTRY_COLUMNS].first().to_numpy()
    tasks = Chemistry(*(jnp.asarray(column) for column in numbers.T))
    keys = jax.random.split(key, 1 + len(PLAYERS))
    found = {
        name: played_scores(env, name, tasks, study.reference_episodes, own).mean()
        for name, own in zip(PLAYERS, keys[1:], strict=True)
    }
    return {**found, "oracle": oracle_scores(env, tasks, study.reference_episodes, keys[0]).mean()}


def _by_seed(scores: pd.DataFrame, learner: str) -> BySeed:
    rows = scores[scores["learner"] == learner]
    return rows.pivot(index="seed", columns="step", values="score").to_numpy(float)


def _settings(study: MetaLearning, learners: Learners) -> list[Quantity]:
    settings = {
        "seeds": (study.seeds, "runs", "training runs of a learner"),
        "tasks": (study.tasks, "chemistries", "chemistries of an outer step"),
        "trajectories": (learners.trajectories, "episodes", "episodes of a chemistry for a gradient"),
        "update_episodes": (update_episodes(learners, study), "episodes", "episodes played for an update"),
        "test_chemistries": (study.test_chemistries, "chemistries", "chemistries of the tests"),
        "test_steps": (study.test_steps, "steps", "steps of adaptation in a test"),
    }
    return [
        exactly(f"meta_learning_{name}", value, "d", unit, text)
        for name, (value, unit, text) in settings.items()
    ]


def _tests(
    scores: dict[str, BySeed],
    references: dict[str, float],
    study: MetaLearning,
    statistics: Statistics,
    rng: np.random.Generator,
) -> list[Quantity]:
    """Return each learner on the chemistries of the tests, by step of adaptation, and how learners differ."""
    steps = {"before": 0, "one": 1, "after": study.test_steps}
    found: list[tuple[str, Float[np.ndarray, " seed"], str, str]] = []
    for name, own in scores.items():
        for when, step in steps.items():
            found.append((f"{name}_{when}", own[:, step], ".1f", f"score of {name} after {step} steps"))
        last = own[:, -1]
        share = (last - references["random"]) / (references["oracle"] - references["random"])
        found += [
            (f"{name}_first_gain", own[:, 1] - own[:, 0], ".1f", f"score that the first step adds, {name}"),
            (f"{name}_gain", last - own[:, 0], ".1f", f"score that all steps add, {name}"),
            (f"{name}_share", share, ".3f", f"{name} after all steps; 0: random actions, 1: the oracle"),
            (f"{name}_over_dips", last - references["random_dips"], ".1f", f"{name} less random dips"),
        ]
    for name in ("fomaml", "joint"):
        more = scores["maml"][:, -1] - scores[name][:, 0]
        text = f"score of maml after all steps less that of {name} before any"
        found.append((f"maml_after_over_{name}_before", more, ".1f", text))
    for first, second in combinations(scores, 2):
        for when, step in steps.items():
            more = scores[first][:, step] - scores[second][:, step]
            text = f"score of {first} less that of {second} after {step} steps"
            found.append((f"{first}_over_{second}_{when}", more, ".1f", text))
    return [
        estimated(f"fine_tuning_{name}", over_seeds(values, statistics, rng), spec, "", text)
        for name, values, spec, text in found
    ]


def _training(table: pd.DataFrame, statistics: Statistics, rng: np.random.Generator) -> list[Quantity]:
    """Return how the score grew in training, after the inner steps, and how much of it late."""
    found = [
        exactly(
            "meta_learning_episodes", table["episode"].max(), "d", "episodes", "training episodes of a run"
        )
    ]
    for name, rows in table.groupby("condition", sort=False):
        curve = rows.pivot(index="seed", columns="episode", values="score").to_numpy(float)
        late = max(round(LATE * curve.shape[1]), 1)
        gain = curve[:, -1] - curve[:, 0]
        for suffix, values, spec in (
            ("end", curve[:, -1], ".1f"),
            ("rise", gain, ".1f"),
            ("late_share", (curve[:, -1] - curve[:, -late - 1]) / gain, ".3f"),
        ):
            text = f"{name} in training: {suffix.replace('_', ' ')}"
            found.append(
                estimated(
                    f"meta_learning_{name}_{suffix}", over_seeds(values, statistics, rng), spec, "", text
                )
            )
    return found
