"""What adaptation to hidden targets brings: every learner on one scale, from an untrained policy to the oracle."""

from itertools import combinations
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.config_adaptation import ADAPTATION_LEARNERS, Adaptation
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.summary_runs import over_seeds
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import normalised_score
from athanor.results import read_table
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.environment import Target, navigation
from athanor.tasks.navigation.play import play_tables
from athanor.tasks.navigation.rules import Rules, target_cells

TARGETS = ["target", "x", "y"]
AT_ONCE = 40  # targets that are solved together: what fits in memory
BySeed = Float[np.ndarray, "seed step"]


def run(
    environment: Environment,
    adaptation: Adaptation,
    statistics: Statistics,
    key: PRNGKeyArray,
    runs: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return all tests, the oracle by target, `adaptation_scores` (means over the targets), and the quantities.

    A score of 0 is the mean return of untrained policies before adaptation, 1 the oracle's.
    """
    table = pd.concat([read_table(path) for path in runs], ignore_index=True)
    rules = rules_of(environment, adaptation.setting, adaptation.obstacles, see_goal=False)
    oracle = solved(rules, table[TARGETS].drop_duplicates().sort_values("target", ignore_index=True))
    scores = scored(table, oracle["reward"].mean())
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    quantities = [
        *_settings(adaptation, oracle, scores),
        *_learners(scores, adaptation.compared_step, statistics, rng),
        *_comparisons(scores, adaptation.compared_step, statistics, rng),
    ]
    return {
        "adaptation": table,
        "adaptation_oracle": oracle,
        "adaptation_scores": scores,
        "adaptation_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def solved(rules: Rules, targets: pd.DataFrame) -> pd.DataFrame:
    """Return the targets with the return and the final distance of the policy that knows them."""
    env, parts = navigation(rules), []
    for first in range(0, len(targets), AT_ONCE):
        part = targets[first : first + AT_ONCE]
        cells = target_cells(rules, tuple(zip(part["x"], part["y"], strict=True)))
        solution = exact.solve(rules, cells)
        walk = play_tables(env, Target(jnp.asarray(cells)), jnp.asarray(solution.action))
        distance = np.sqrt(np.asarray(walk.squared_distance, float))
        parts.append(part.assign(reward=np.round(solution.value, 3), distance=np.round(distance, 5)))
    return pd.concat(parts, ignore_index=True)


def scored(table: pd.DataFrame, best: float) -> pd.DataFrame:
    """Return means over the targets by learner, seed and step, and their score."""
    means = table.groupby(["learner", "seed", "step"], sort=False)[["reward", "distance"]].mean(skipna=False)
    means = means.reset_index()
    untrained = means.query("learner == 'random' and step == 0")["reward"].mean()
    means["score"] = np.round(normalised_score(means["reward"].to_numpy(), untrained, best), 5)
    return means


def by_seed(scores: pd.DataFrame, learner: str, column: str) -> BySeed:
    """Return a column of a learner's scores by seed and step."""
    rows = scores[scores["learner"] == learner]
    return rows.pivot(index="seed", columns="step", values=column).to_numpy(float)


def _settings(adaptation: Adaptation, oracle: pd.DataFrame, scores: pd.DataFrame) -> list[Quantity]:
    untrained = by_seed(scores, "random", "reward")[:, 0].mean()
    settings = (
        ("seeds", adaptation.seeds, "d", "runs", "training runs of a learner"),
        ("episodes", adaptation.episodes, "d", "episodes", "training episodes"),
        ("trajectories", adaptation.trajectories, "d", "trajectories", "trajectories of a step"),
        ("inner_steps", adaptation.inner_steps, "d", "steps", "inner steps in training"),
        ("test_targets", adaptation.test_targets, "d", "targets", "targets of the tests"),
        ("test_steps", adaptation.test_steps, "d", "steps", "steps of adaptation in a test"),
        ("compared_step", adaptation.compared_step, "d", "steps", "steps after which learners are compared"),
        ("oracle_return", oracle["reward"].mean(), ".0f", "m²", "return of the policy that knows the target"),
        ("oracle_distance", oracle["distance"].mean(), ".2f", "m", "its distance at the end"),
        ("untrained_return", untrained, ".0f", "m²", "return of untrained policies before adaptation"),
    )
    return [exactly(f"adaptation_{name}", *rest) for name, *rest in settings]


def _learners(
    scores: pd.DataFrame, after: int, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return each learner before and after adaptation, and the gain by seed."""
    quantities = []
    for learner in ADAPTATION_LEARNERS:
        text, name = f"hidden targets, {learner}", f"adaptation_{learner}"
        score, distance = (by_seed(scores, learner, column) for column in ("score", "distance"))
        found = (
            ("before", score[:, 0], ".3f", "", "score before adaptation"),
            ("one", score[:, 1], ".3f", "", "score after 1 step"),
            ("after", score[:, after], ".3f", "", f"score after {after} steps"),
            ("gain", score[:, after] - score[:, 0], ".3f", "", f"score gained in {after} steps"),
            ("distance_before", distance[:, 0], ".2f", "m", "distance before adaptation"),
            ("distance_after", distance[:, after], ".2f", "m", f"distance after {after} steps"),
            (
                "distance_gain",
                distance[:, 0] - distance[:, after],
                ".2f",
                "m",
                f"distance less by, {after} steps",
            ),
        )
        for suffix, values, spec, unit, what in found:
            estimate = over_seeds(values[None], statistics, rng)
            quantities.append(estimated(f"{name}_{suffix}", estimate, spec, unit, f"{text}: {what}"))
        diverged = np.isnan(score).any(1).sum()
        quantities.append(exactly(f"{name}_diverged", diverged, "d", "runs", f"{text}: runs that diverged"))
    return quantities


def _comparisons(
    scores: pd.DataFrame, after: int, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return how much more the first of each pair of learners scores after adaptation, seed by seed."""
    quantities = []
    for first, second in combinations(ADAPTATION_LEARNERS, 2):
        more = [by_seed(scores, name, "score")[:, after] for name in (first, second)]
        estimate = over_seeds((more[0] - more[1])[None], statistics, rng)
        text = f"hidden targets: score of {first} less that of {second}, after {after} steps"
        quantities.append(estimated(f"adaptation_{first}_over_{second}", estimate, ".3f", "", text))
    return quantities
