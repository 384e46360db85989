"""Inner steps and adaptation: MAML trained with more or fewer of them on one distribution of targets, tested on two."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.navigation.adaptation.config import Adaptation, Transfer
from athanor.experiments.navigation.adaptation.hidden_targets import TASKS, tests_table
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Corrected, Learners
from athanor.experiments.navigation.learners.methods import corrected_method
from athanor.experiments.navigation.learners.runs import evaluate, fresh, train, untrained
from athanor.learning.adaptation import Inner
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import Distribution, Rules

COLUMNS = ["inner_steps", "targets", "seed", "target", "x", "y", "step", "reward", "distance"]


def run(
    environment: Environment,
    learners: Learners,
    adaptation: Adaptation,
    transfer: Transfer,
    key: PRNGKeyArray,
    steps: int,
) -> dict[str, pd.DataFrame]:
    """Return `tests`: one row per distribution of targets (`trained`, `shifted`), seed, target and number of steps.

    `steps` are inner steps of training; with 0 of them nothing is trained. All start from the same weights, seed by seed, and meet the same targets.
    """
    train_key, target_key, test_key = jax.random.split(key, 3)
    env = navigation(rules(environment, adaptation, transfer.trained))
    shared = adaptation.model_dump(include=set(Corrected.model_fields))
    corrected = Corrected(**shared | {"episodes": transfer.episodes, "seeds": transfer.seeds})
    method = corrected_method(env, learners.networks, corrected, "maml", max(steps, 1))
    if steps:
        what = f"{steps} inner steps: chunk"
        runs, _ = train(method.learner, fresh(env, TASKS), transfer.episodes, transfer.seeds, train_key, what)
    else:
        runs = untrained(method.learner, transfer.seeds, train_key)
    method = method._replace(inner=Inner(adaptation.test_steps, adaptation.inner_rate, first_order=True))
    tables = []
    for name, distribution in (("trained", transfer.trained), ("shifted", transfer.shifted)):
        test = navigation(rules(environment, adaptation, distribution))
        targets = test.sample_tasks(target_key, adaptation.test_targets)
        table = tests_table(
            evaluate(test, method, runs, targets, test_key), np.asarray(targets.cell) * test.stride
        )
        tables.append(table.assign(inner_steps=steps, targets=name))
    return {"tests": pd.concat(tables, ignore_index=True)[COLUMNS]}


def rules(environment: Environment, adaptation: Adaptation, distribution: Distribution) -> Rules:
    """Return the rules of adaptation to hidden targets, with another distribution of these."""
    found = rules_of(environment, adaptation.setting, adaptation.obstacles, see_goal=False)
    return replace(found, distribution=distribution)
