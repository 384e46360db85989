"""The sections of config.yaml on the navigation game and its exact solution."""

from typing import Literal, get_args

from pydantic import Field

from athanor.experiments.config import Discount, Section
from athanor.tasks.navigation.rules import CLEAN, FIGURE2, AtObstacles, Distribution, ObstacleLevel, Outside
from athanor.tasks.navigation.targets import FIGURE2_TARGETS, RELEASED_TARGETS

Target = tuple[float, float]
SettingName = Literal["release", "figure2", "clean"]
SETTINGS: tuple[SettingName, ...] = get_args(SettingName)


class EnvironmentSetting(Section):
    """What differs between the released environment, the one behind the published figure, and a clean one."""

    arm: float = Field(2.0, gt=0.0, lt=5.0, description="half the length of the cross's segments, in metres")
    squared: bool = Field(True, description="whether rewards are minus the squared distance, or the distance")
    reach_squared: float | None = Field(
        0.02, ge=0.0, description="squared distance at which an episode ends with reward 0; null: it does not"
    )
    outside: Outside = Field("penalty", description="leaving the square: penalty, clip (no one leaves), free")
    outside_reward: float = Field(-800.0, description="reward of a step that ends outside, if penalty")
    at_obstacles: AtObstacles = Field(
        "freeze", description="a move onto an obstacle: freeze (ends all movement), block (does not happen)"
    )
    idle_last_step: bool = Field(True, description="whether an episode's last step moves nothing")
    targets: tuple[Target, ...] = Field(
        RELEASED_TARGETS, min_length=1, description="the fixed batch of targets, in metres"
    )


class EnvironmentFigure2(EnvironmentSetting):
    """The environment behind the published figure."""

    arm: float = Field(FIGURE2.arm, gt=0.0, lt=5.0, description="as in release")
    reach_squared: float | None = Field(FIGURE2.reach_squared, ge=0.0, description="as in release")
    outside: Outside = Field(FIGURE2.outside, description="as in release")
    targets: tuple[Target, ...] = Field(FIGURE2_TARGETS, min_length=1, description="as in release")


class EnvironmentClean(EnvironmentSetting):
    """The environment without what the release adds unmentioned, but for the end at the target."""

    outside: Outside = Field(CLEAN.outside, description="as in release")
    at_obstacles: AtObstacles = Field(CLEAN.at_obstacles, description="as in release")
    idle_last_step: bool = Field(CLEAN.idle_last_step, description="as in release")


class Environment(Section):
    """The navigation game: its base configuration, and three settings of its rules."""

    obstacles: ObstacleLevel = Field("medium", description="obstacle level: none, easy, medium, hard")
    distribution: Distribution = Field("uniform", description="of the targets: uniform, random, narrow")
    see_goal: bool = Field(True, description="whether the observation holds the target")
    horizon: int = Field(100, ge=2, description="steps of an episode")
    half_width: float = Field(0.02, ge=0.0, lt=0.1, description="half the width of an obstacle, in metres")
    release: EnvironmentSetting = EnvironmentSetting()
    figure2: EnvironmentFigure2 = EnvironmentFigure2()
    clean: EnvironmentClean = EnvironmentClean()

    def setting(self, name: str) -> EnvironmentSetting:
        """Return a setting by name, or say in one line which there are."""
        if name not in SETTINGS:
            raise ValueError(f"setting is {name}, must be one of {', '.join(SETTINGS)}")
        return getattr(self, name)


class Discounts(Section):
    """Whether walking into the cross and staying there is optimal, by the discount."""

    settings: tuple[SettingName, ...] = Field(
        ("release", "figure2"), min_length=1, description="settings of the environment solved"
    )
    discounts: tuple[Discount, ...] = Field(
        (1.0, 0.99, 0.98, 0.97, 0.96, 0.9506, 0.94),
        min_length=1,
        description="per step; the released advantages discount by discount times gae_lambda of section released",
    )
