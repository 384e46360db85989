"""The game of the configuration: its rules in each setting."""

from collections.abc import Iterator

from athanor.experiments.navigation.game.config import SETTINGS, Environment
from athanor.tasks.navigation.rules import OBSTACLE_LEVELS, ObstacleLevel, Rules, target_problem


def rules_of(
    environment: Environment,
    setting: str,
    obstacles: ObstacleLevel | None = None,
    see_goal: bool | None = None,
) -> Rules:
    """Return the rules of a setting, at the base obstacle level and observation or others."""
    shared = environment.model_dump(include=set(Rules.__dataclass_fields__) & set(Environment.model_fields))
    own = environment.setting(setting).model_dump(exclude={"targets"})
    other = {"obstacles": obstacles, "see_goal": see_goal}
    return Rules(**shared | own | {name: value for name, value in other.items() if value is not None})


def impossible_targets(environment: Environment) -> Iterator[str]:
    """Yield what is wrong with a fixed target, by setting and obstacle level."""
    for setting in SETTINGS:
        for level in OBSTACLE_LEVELS:
            rules = rules_of(environment, setting, level)
            for number, target in enumerate(environment.setting(setting).targets):
                if problem := target_problem(rules, target):
                    yield f"{setting}.targets[{number}] is {target}, which {problem}"
