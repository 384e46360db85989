"""Estimate what adaptation to hidden targets brings: every learner on one scale, from an untrained policy to the oracle."""

from itertools import combinations
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.adaptation.config import ADAPTATION_LEARNERS, Adaptation
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.estimands import Contrast, estimates, of_columns
from athanor.reporting.statistics import normalised_score
from athanor.results import read_table
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.environment import Target, navigation
from athanor.tasks.navigation.play import play_tables
from athanor.tasks.navigation.rules import Rules, target_cells

AT_ONCE = 40  # targets that are solved together: what fits in memory
# Name, format, unit, description.
REFERENCES = (
    ("adaptation_oracle_return", ".0f", "m²", "hidden targets: return of the policy that knows the target"),
    ("adaptation_oracle_distance", ".2f", "m", "hidden targets: its distance at the end"),
)
UNTRAINED = (
    ("adaptation_untrained_return", ".0f", "m²", "hidden targets: untrained policies before adaptation"),
)
SCORE = (("adaptation_score", ".3f", "", "score on hidden targets"),)
DISTANCE = (("adaptation_distance", ".2f", "m", "distance to hidden targets at the end"),)
GAIN = (("adaptation_gain", ".3f", "", "score gained on hidden targets by adaptation"),)
APPROACH = (("adaptation_approach", ".2f", "m", "fall of the distance to hidden targets by adaptation"),)
ADVANTAGE = (
    ("adaptation_advantage", ".3f", "", "first's score less the second's, hidden targets, after adaptation"),
)
DIVERGED = (("adaptation_diverged", "d", "runs", "diverged"),)
UNTRAINED_SCORE = 0.0  # what a run that diverged counts as
BEFORE, ONE, COMPARED = "before", "after_one", "after_compared"  # step, after which a score is taken
CROSSED: dict[str, Any] = {
    "over": "seed",
    "across": "target",
}  # other targets are meant as well as other runs
ESTIMANDS = (
    *of_columns("references", (), REFERENCES),
    *of_columns(
        "steps", (), UNTRAINED, value="reward", where={"learner": "random", "when": BEFORE}, **CROSSED
    ),
    *of_columns("steps", ("learner", "when"), SCORE, value="score", diverged=UNTRAINED_SCORE, **CROSSED),
    *of_columns("steps", ("learner", "when"), DISTANCE, value="distance", **CROSSED),
    *of_columns(
        "steps",
        ("learner",),
        GAIN,
        value="score",
        contrast=Contrast("when", COMPARED, BEFORE),
        diverged=UNTRAINED_SCORE,
        **CROSSED,
    ),
    *of_columns(
        "steps",
        ("learner",),
        APPROACH,
        value="distance",
        contrast=Contrast("when", BEFORE, COMPARED),
        **CROSSED,
    ),
    *of_columns("pairs", ("learner", "other"), ADVANTAGE, value="value", **CROSSED),
    *of_columns("diverged", ("learner",), DIVERGED),
)


def run(
    environment: Environment,
    adaptation: Adaptation,
    statistics: Statistics,
    rng: np.random.Generator,
    runs: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return the oracle by target, `adaptation_scores` (means over the targets), and `estimates/adaptation`.

    A score of 0 is the mean return of untrained policies before adaptation, 1 the oracle's.
    """
    tests = pd.concat(map(read_table, runs), ignore_index=True)
    rules = rules_of(environment, adaptation.setting, adaptation.obstacles, see_goal=False)
    targets = tests[["target", "x", "y"]].drop_duplicates()
    oracle = solved(rules, targets.sort_values("target", ignore_index=True))
    by_target = scored(tests, oracle["reward"].mean())
    scores = over_targets(by_target)
    steps = by_step(by_target, adaptation.compared_step)
    references = {
        "adaptation_oracle_return": oracle["reward"].mean(),
        "adaptation_oracle_distance": oracle["distance"].mean(),
    }
    tables = {
        "references": pd.DataFrame([references]),
        "steps": steps,
        "pairs": pairs(steps),
        "diverged": diverged(scores),
    }
    return {
        "adaptation_oracle": oracle,
        "adaptation_scores": scores,
        "estimates/adaptation": estimates("navigation", ESTIMANDS, tables, statistics, rng),
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


def scored(tests: pd.DataFrame, best: float) -> pd.DataFrame:
    """Return the tests with their score, on one scale for all targets: the mean score is the score of the mean."""
    untrained = float(tests.query("learner == 'random' and step == 0")["reward"].mean())
    return tests.assign(score=normalised_score(tests["reward"].to_numpy(), untrained, best))


def over_targets(tests: pd.DataFrame) -> pd.DataFrame:
    """Return means over the targets by learner, seed and step; NaN of a run that diverged."""
    by = tests.groupby(["learner", "seed", "step"], sort=False)[["reward", "distance", "score"]]
    return by.mean(skipna=False).round({"score": 5}).reset_index()


def by_step(tests: pd.DataFrame, compared: int) -> pd.DataFrame:
    """Return the tests before adaptation, after one step and after those that learners are compared after."""
    named = {BEFORE: 0, ONE: 1, COMPARED: compared}
    return pd.concat(tests[tests["step"] == step].assign(when=when) for when, step in named.items())


def pairs(steps: pd.DataFrame) -> pd.DataFrame:
    """Return how much more one learner scores than another after adaptation, run by run and target by target."""
    after = steps[steps["when"] == COMPARED]
    wide = after.pivot(index=["seed", "target"], columns="learner", values="score").fillna(UNTRAINED_SCORE)
    return pd.concat(
        (wide[first] - wide[second]).rename("value").reset_index().assign(learner=first, other=second)
        for first, second in combinations(ADAPTATION_LEARNERS, 2)
    )


def diverged(scores: pd.DataFrame) -> pd.DataFrame:
    """Return how many runs of each learner diverged."""
    runs = scores.assign(lost=scores["score"].isna()).groupby(["learner", "seed"], sort=False)["lost"].any()
    return runs.groupby("learner", sort=False).sum().rename("adaptation_diverged").reset_index()
