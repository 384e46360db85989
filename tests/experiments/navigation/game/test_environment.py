"""Tests of the environment's section of the configuration."""

import pytest
from pydantic import ValidationError

from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment, EnvironmentClean, EnvironmentSetting
from athanor.tasks.navigation.rules import CLEAN, FIGURE2, OBSTACLE_LEVELS, SETTINGS


def test_the_defaults_are_the_task_familys_settings() -> None:
    assert {name: rules_of(Environment(), name) for name in SETTINGS} == SETTINGS


@pytest.mark.parametrize("level", OBSTACLE_LEVELS)
def test_a_setting_at_another_obstacle_level(level) -> None:
    assert rules_of(Environment(), "figure2", level).obstacles == level
    assert rules_of(Environment(), "figure2").arm == FIGURE2.arm
    assert rules_of(Environment(obstacles="hard"), "clean").at_obstacles == CLEAN.at_obstacles


@pytest.mark.parametrize(
    ("point", "problem"),
    [
        ((5.0, 6.0), "lies on an obstacle (level easy)"),
        ((4.5, 2.0), "lies on an obstacle (level hard)"),
        ((10.5, 2.0), "lies outside the square [0, 10]^2"),
        ((1.25, 2.0), "has coordinates that are no multiples of 0.1"),
    ],
)
def test_an_impossible_target_is_named(point, problem) -> None:
    with pytest.raises(ValidationError) as error:
        NavigationConfig(environment=Environment(clean=EnvironmentClean(targets=((1.0, 1.0), point))))
    assert f"environment.clean.targets[1] is {point}, which {problem}" in str(error.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [("obstacles", "extreme"), ("distribution", "wide"), ("horizon", 1), ("half_width", 0.1)],
)
def test_impossible_values_are_refused(field, value) -> None:
    with pytest.raises(ValidationError, match=field):
        Environment(**{field: value})


def test_a_cross_to_the_border_is_refused() -> None:
    with pytest.raises(ValidationError, match="arm"):
        EnvironmentSetting(arm=5.0)


def test_a_setting_with_the_target_hidden() -> None:
    assert rules_of(Environment(), "release").see_goal
    assert not rules_of(Environment(), "release", see_goal=False).see_goal
    assert rules_of(Environment(see_goal=False), "clean", "hard", see_goal=True).see_goal
