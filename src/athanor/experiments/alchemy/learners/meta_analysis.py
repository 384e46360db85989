"""Estimate what meta-learning over Alchemy's chemistries reaches, and what adaptation adds."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from athanor.experiments.alchemy.learners.config import Learners, MetaLearning
from athanor.experiments.alchemy.learners.table import META_LEARNERS
from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

LATE = 0.25  # of training, over which the late gain is taken
# Of each learner's runs: name, column of the table `tests`, format, description.
TESTS = (
    ("fine_tuning_first_gain", "first_gain", ".1f", "score that the first step adds, {learner}"),
    ("fine_tuning_gain", "gain", ".1f", "score that all steps add, {learner}"),
    ("fine_tuning_share", "share", ".3f", "{learner} after all steps; 0: random actions, 1: the oracle"),
    ("fine_tuning_over_dips", "over_dips", ".1f", "{learner} less random dips"),
)
TRAINING = (
    ("meta_end", "end", ".1f", "{learner} in training: score at the end"),
    ("meta_rise", "rise", ".1f", "{learner} in training: rise of the score"),
    ("meta_late_share", "late_share", ".3f", "{learner} in training: share of the rise in the last quarter"),
)
CROSSED: dict[str, Any] = {
    "over": "seed",
    "across": "chemistry",
}  # other chemistries are meant as well as runs
ESTIMANDS = (
    Estimand(
        name="fine_tuning_reference",
        table="references",
        value="score",
        per=("player",),
        over="chemistry",
        format=".1f",
        description="mean score of {player} on the chemistries of the tests",
    ),
    Estimand(
        name="fine_tuning_score",
        table="steps",
        value="score",
        per=("learner", "when"),
        **CROSSED,
        format=".1f",
        description="score of {learner}, {when} adaptation",
    ),
    *(
        Estimand(
            name=name,
            table="tests",
            value=column,
            per=("learner",),
            format=spec,
            description=text,
            **CROSSED,
        )
        for name, column, spec, text in TESTS
    ),
    Estimand(
        name="fine_tuning_advantage",
        table="pairs",
        per=("learner", "other", "when"),
        **CROSSED,
        format=".1f",
        description="score of {learner} less that of {other}, {when} adaptation",
    ),
    Estimand(
        name="meta_episodes",
        table="budget",
        value="episodes",
        format="d",
        unit="episodes",
        description="training episodes of a run",
    ),
    Estimand(
        name="meta_update_episodes",
        table="budget",
        value="update_episodes",
        format="d",
        unit="episodes",
        description="episodes played for an update",
    ),
    *(
        Estimand(
            name=name,
            table="training",
            value=column,
            per=("learner",),
            over="seed",
            format=spec,
            description=text,
        )
        for name, column, spec, text in TRAINING
    ),
    Estimand(
        name="published_learner",
        table="published",
        value="score",
        per=("curve",),
        format=".0f",
        description="published score at the end of the curve: {curve}",
    ),
)


def run(
    learners: Learners,
    meta_learning: MetaLearning,
    statistics: Statistics,
    rng: np.random.Generator,
    curves: tuple[Path, ...],
    tests: tuple[Path, ...],
    meta_references: Path,
    published_learners: Path,
) -> dict[str, pd.DataFrame]:
    """Return the tests of all learners (`fine_tuning`), their means (`fine_tuning_scores`) and the estimates.

    `fine_tuning_scores` has means over the chemistries by learner, seed and step (`episode`: those played up to it), and
    those of players that do not learn.
    """
    table = pd.concat([read_table(path) for path in tests], ignore_index=True)
    scores = table.groupby(["learner", "seed", "step"], sort=False)["score"].mean(skipna=False).reset_index()
    references = read_table(meta_references)
    players = references.pivot(index="chemistry", columns="player", values="score")
    trained = pd.concat([found for found in map(read_table, curves) if len(found)], ignore_index=True)
    tables = {
        "references": references,
        "steps": by_step(table),
        "tests": by_run(table, players),
        "pairs": pairs(by_step(table)),
        "budget": budget(trained, learners, meta_learning),
        "training": training(trained),
        "published": read_table(published_learners).groupby("curve", as_index=False, sort=False).last(),
    }
    means = players.mean().rename("score").rename_axis("learner").reset_index().assign(seed=0, step=0)
    shown = pd.concat([scores, means], ignore_index=True)
    return {
        "fine_tuning": table,
        "fine_tuning_scores": shown.assign(episode=shown["step"] * learners.trajectories),
        "estimates/meta_learning": estimates("alchemy", ESTIMANDS, tables, statistics, rng),
    }


def by_step(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores before adaptation, after one step and after all, named so."""
    places = {"before": 0, "after_one": 1, "after_all": scores["step"].max()}
    return pd.concat(scores[scores["step"] == step].assign(when=when) for when, step in places.items())


def by_run(scores: pd.DataFrame, players: pd.DataFrame) -> pd.DataFrame:
    """Return what adaptation brings each run on each chemistry; `players` are those that do not learn.

    The share of the way from random actions to the oracle is a ratio R of means over the chemistries. It stands here
    linearised, R + (gain − R way) / mean(way): its mean is R, and its spread that of R.
    """
    wide = scores.pivot(index=["learner", "seed", "chemistry"], columns="step", values="score")
    before, one, last = wide[0], wide[1], wide.iloc[:, -1]
    table = pd.DataFrame({"first_gain": one - before, "gain": last - before, "last": last}).reset_index()
    table = table.merge(players, left_on="chemistry", right_index=True)
    way, gain = table["oracle"] - table["random"], table["last"] - table["random"]
    mean_way, mean_gain = way.mean(), gain.groupby(table["learner"]).transform("mean")
    table["share"] = mean_gain / mean_way + (gain - mean_gain / mean_way * way) / mean_way
    table["over_dips"] = table["last"] - table["random_dips"]
    return table


def pairs(steps: pd.DataFrame) -> pd.DataFrame:
    """Return how much more one learner scores than another, by run and chemistry: at one step, and after all to before."""
    wide = steps.pivot(index=["seed", "chemistry"], columns=["learner", "when"], values="score")
    compared = [
        (first, second, when, wide[first, when] - wide[second, when])
        for first, second in combinations(META_LEARNERS, 2)
        for when in ("before", "after_one", "after_all")
    ]
    compared += [
        ("maml", other, "after_all_to_before", wide["maml", "after_all"] - wide[other, "before"])
        for other in ("fomaml", "joint")
    ]
    return pd.concat(
        more.rename("value").reset_index().assign(learner=first, other=second, when=when)
        for first, second, when, more in compared
    )


def budget(curves: pd.DataFrame, learners: Learners, study: MetaLearning) -> pd.DataFrame:
    """Return the episodes of a run and of an update of MAML."""
    episodes = curves.loc[curves["learner"] == "maml", "episode"].max()
    update = study.tasks * learners.trajectories * (study.inner_steps + 1)
    return pd.DataFrame({"episodes": [episodes], "update_episodes": [update]})


def training(curves: pd.DataFrame) -> pd.DataFrame:
    """Return how the score grew in training, after the inner steps, and how much of it late."""
    points = curves.assign(point=curves.groupby(["learner", "seed"]).cumcount())
    wide = points.pivot(index=["learner", "seed"], columns="point", values="score")
    late = max(round(LATE * wide.shape[1]), 1)
    rise = wide.iloc[:, -1] - wide.iloc[:, 0]
    recent = wide.iloc[:, -1] - wide.iloc[:, -late - 1]
    table = pd.DataFrame({"end": wide.iloc[:, -1], "rise": rise, "late_share": recent / rise})
    return table.reset_index()
