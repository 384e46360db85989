"""What is trained on: distributions of targets, levels of obstacles, and whether the target is observed."""

from itertools import product

from athanor.experiments.navigation.distributions.config import Distributions, Observation
from athanor.experiments.navigation.game.config import Environment
from athanor.tasks.navigation.rules import Distribution, ObstacleLevel

CONDITION = ("distribution", "obstacles", "observation")
Condition = tuple[Distribution, ObstacleLevel, Observation]


def conditions(study: Distributions) -> list[Condition]:
    """Return what is trained on."""
    return list(product(study.distributions, study.obstacles, study.observations))


def base_condition(environment: Environment) -> Condition:
    """Return the base distribution, level of obstacles and observation."""
    return environment.distribution, environment.obstacles, "visible" if environment.see_goal else "hidden"


def changes(study: Distributions, see_goal: bool) -> dict[str, int | float]:
    """Return what differs from section corrected."""
    rate = study.inner_rate if see_goal else study.hidden_inner_rate
    return {"episodes": study.episodes, "trajectories": study.trajectories, "inner_rate": rate}
