"""Adaptation to hidden targets: train a learner on targets drawn anew, and test it on others, step by step."""

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.navigation.adaptation.config import ADAPTATION_LEARNERS, Adaptation
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Algorithm, Corrected, Learners, Networks
from athanor.experiments.navigation.learners.methods import End, Method, corrected_method, joint_method
from athanor.experiments.navigation.learners.runs import evaluate, fresh, train, untrained
from athanor.learning.adaptation import Inner
from athanor.tasks.navigation.environment import Navigation, navigation

TASKS = 8  # a batch of training
ALGORITHMS: dict[str, Algorithm] = {"maml": "maml", "emaml": "maml", "fomaml": "fomaml", "reptile": "reptile"}
COLUMNS = ["learner", "seed", "target", "x", "y", "step", "reward", "distance"]


def run(
    environment: Environment, learners: Learners, adaptation: Adaptation, key: PRNGKeyArray, learner: str
) -> dict[str, pd.DataFrame]:
    """Return `tests`: one row per seed, target and number of steps; means over a task's trajectories.

    All learners start from the same weights, seed by seed, and are tested on the same targets.
    """
    env = navigation(rules_of(environment, adaptation.setting, adaptation.obstacles, see_goal=False))
    train_key, target_key, test_key = jax.random.split(key, 3)
    method = _method(env, learners.networks, adaptation, learner)
    if learner == "random":
        runs = untrained(method.learner, adaptation.seeds, train_key)
    else:
        settings = (adaptation.episodes, adaptation.seeds, train_key, f"hidden targets, {learner}: chunk")
        runs, _ = train(method.learner, fresh(env, TASKS), *settings)
    targets = env.sample_tasks(target_key, adaptation.test_targets)
    ends = evaluate(env, method, runs, targets, test_key)
    table = tests_table(ends, np.asarray(targets.cell) * env.stride)
    return {"tests": table.assign(learner=learner)[COLUMNS]}


def _method(env: Navigation, networks: Networks, adaptation: Adaptation, learner: str) -> Method:
    """Return a learner that adapts in the tests as the others do; what is never trained is as in joint training."""
    if learner not in ADAPTATION_LEARNERS:
        raise ValueError(f"learner is {learner}, must be one of {', '.join(ADAPTATION_LEARNERS)}")
    corrected = Corrected(**adaptation.model_dump(include=set(Corrected.model_fields)))
    if learner in ALGORITHMS:
        sampling = adaptation.sampling_weight if learner == "emaml" else 0.0
        found = corrected_method(
            env, networks, corrected, ALGORITHMS[learner], adaptation.inner_steps, sampling=sampling
        )
    else:
        found = joint_method(env, networks, corrected)
    return found._replace(inner=Inner(adaptation.test_steps, adaptation.inner_rate, first_order=True))


def tests_table(ends: End, points: np.ndarray) -> pd.DataFrame:
    """Return one row per seed, target and step."""
    seed, target, step = np.indices(ends.reward.shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "seed": seed,
            "target": target,
            "x": np.round(points[target, 0], 2),
            "y": np.round(points[target, 1], 2),
            "step": step,
            "reward": np.round(np.asarray(ends.reward, float).ravel(), 3),
            "distance": np.round(np.asarray(ends.distance, float).ravel(), 5),
        }
    )
