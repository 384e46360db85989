"""Train MAML at an obstacle level with the target seen or hidden: supplementary Figure 1."""

from typing import cast

import numpy as np
from jaxtyping import PRNGKeyArray

from athanor.experiments.navigation.first_order.config import FirstOrder
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Learners
from athanor.experiments.navigation.learners.methods import method
from athanor.experiments.navigation.learners.runs import always, squared_distances, train
from athanor.experiments.navigation.single.conditions import GOALS, length
from athanor.experiments.navigation.single.config import Configurations
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import ObstacleLevel


def run(
    environment: Environment,
    learners: Learners,
    first_order: FirstOrder,
    configurations: Configurations,
    key: PRNGKeyArray,
    reading: str,
    obstacles: str,
    goal: str,
) -> dict[str, dict[str, np.ndarray]]:
    """Return `curves`: the published metric by seed and episode."""
    if goal not in GOALS.values():
        raise ValueError(f"goal is {goal}, must be one of {', '.join(GOALS.values())}")
    level = cast(ObstacleLevel, obstacles)  # a wrong one is named by the rules
    env = navigation(rules_of(environment, first_order.setting, level, goal == GOALS[True]))
    tasks = env.targets_at(environment.setting(first_order.setting).targets)
    episodes = length(configurations, reading, learners.corrected.episodes)
    learner = method(env, learners, reading, "maml", episodes=episodes).learner
    what = f"{reading}, {obstacles}, target {goal}: chunk"
    _, curves = train(learner, always(tasks), episodes, learners.corrected.seeds, key, what)
    conditions = {"reading": reading, "obstacles": obstacles, "goal": goal}
    squared = squared_distances(curves.end, tasks.cell.shape[0])
    return {"curves": {**{k: np.array(v) for k, v in conditions.items()}, "squared_distance": squared}}
