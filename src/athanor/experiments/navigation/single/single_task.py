"""Train the policy gradient and PPO on one task each: how hard a target is without meta-learning."""

from dataclasses import replace

import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.navigation.first_order.config import FirstOrder
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Learners
from athanor.experiments.navigation.learners.methods import (
    corrected_gradient,
    corrected_optimiser,
    end_of,
    sizes,
)
from athanor.experiments.navigation.learners.runs import always, train
from athanor.experiments.navigation.single.config import SingleTask
from athanor.learning.learner import Learner
from athanor.learning.learners import Joint, joint_learner
from athanor.tasks.navigation.environment import Navigation, navigation

LEARNERS = ("vpg", "ppo")


def run(
    environment: Environment,
    learners: Learners,
    first_order: FirstOrder,
    single_task: SingleTask,
    key: PRNGKeyArray,
) -> dict[str, pd.DataFrame]:
    """Return `single_task`: one row per learner, target, seed and episode.

    Both learners have the gradient of the corrected reading and start from the same weights.
    """
    env = navigation(rules_of(environment, first_order.setting))
    tables = []
    for name in LEARNERS:
        learner = learner_of(name, env, learners, single_task)
        for target in single_task.targets:
            point = environment.setting(first_order.setting).targets[target]
            task, what = always(env.targets_at((point,))), f"{name}, target {target}: chunk"
            _, curves = train(learner, task, single_task.episodes, learners.corrected.seeds, key, what)
            distance = np.round(np.asarray(curves.end.distance, float)[:, :, 0], 4)
            conditions = {"learner": name, "target": target, "x": point[0], "y": point[1]}
            tables.append(_table(distance).assign(**conditions))
    table = pd.concat(tables, ignore_index=True)
    return {"single_task": table[["learner", "target", "x", "y", "seed", "episode", "distance"]]}


def learner_of(name: str, env: Navigation, learners: Learners, study: SingleTask) -> Learner:
    """Return the policy gradient, or PPO, which takes several steps on the same trajectories."""
    epochs, clip = (study.epochs, study.clip) if name == "ppo" else (1, None)
    corrected = learners.corrected
    gradient = replace(corrected_gradient(corrected), clip=clip)
    optimiser = corrected_optimiser(corrected, study.episodes * epochs)
    shapes = sizes(learners.networks, corrected.observation_offset)
    return joint_learner(Joint(epochs), gradient, shapes, env, optimiser, end_of(env))


def _table(distance: np.ndarray) -> pd.DataFrame:
    """Return distances of axes (seed, episode) as rows; episodes are counted from 1."""
    seed, episode = (axis.ravel() for axis in np.indices(distance.shape))
    return pd.DataFrame({"seed": seed, "episode": episode + 1, "distance": distance.ravel()})
