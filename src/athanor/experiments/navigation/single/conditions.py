"""What is trained by obstacles and observation, and for how long."""

from athanor.experiments.navigation.single.config import Configurations
from athanor.tasks.navigation.rules import ObstacleLevel

READINGS = ("released", "corrected")
GOALS = {True: "seen", False: "hidden"}  # by whether the observation holds the target


def conditions(study: Configurations, base: ObstacleLevel, see_goal: bool) -> list[dict[str, str]]:
    """Return what is trained here: all but the base configuration, which is trained for the comparison with FOMAML."""
    return [
        {"reading": reading, "obstacles": obstacles, "goal": goal}
        for reading in READINGS
        for obstacles in study.obstacles
        for goal in GOALS.values()
        if (obstacles, goal) != (base, GOALS[see_goal])
    ]


def length(study: Configurations, reading: str, corrected_episodes: int) -> int:
    """Return the training episodes of a reading, given those of the corrected one."""
    return study.released_episodes if reading == "released" else corrected_episodes
