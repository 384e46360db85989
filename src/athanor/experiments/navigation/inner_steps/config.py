"""The sections of config.yaml on training with each number of inner steps, and on what the number does."""

from typing import Literal, get_args

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Section
from athanor.experiments.navigation.game.config import SettingName

Variant = Literal["whole", "fitting", "data", "adam"]  # of a learner: what N does in it
VARIANTS: tuple[Variant, ...] = get_args(Variant)


class InnerSteps(Section):
    """Training with each number of inner steps under each reading: the published Figure 2."""

    settings: tuple[SettingName, ...] = Field(
        ("release", "figure2"),
        min_length=1,
        description="settings of the environment trained in as released; the other readings use the first",
    )
    steps: tuple[Count, ...] = Field((1, 2, 3, 4, 5, 6), min_length=2, description="numbers of inner steps N")
    episodes: Count = Field(400, description="training episodes compared, a multiple of frame")
    long_steps: tuple[Count, ...] = Field(
        (1, 3, 4, 5),
        min_length=2,
        description="N that are trained on as released, for supplementary Figure 3",
    )
    long_episodes: Count = Field(3000, description="training episodes of those, a multiple of frame")
    frame: int = Field(100, ge=2, description="episodes of a frame, over which the statistics are taken")
    seeds: int = Field(10, ge=2, description="training runs of each condition")
    corrected_trajectories: Count = Field(
        2,
        description="trajectories of a task for a gradient of the corrected reading, instead of its own number",
    )

    @model_validator(mode="after")
    def _frames_fill_the_episodes(self) -> "InnerSteps":
        for name in ("episodes", "long_episodes"):
            if getattr(self, name) % self.frame:
                raise ValueError(
                    f"{name} is {getattr(self, name)}, must be a multiple of frame ({self.frame})"
                )
        if self.long_episodes < self.episodes:
            raise ValueError(f"long_episodes is {self.long_episodes}, must be at least {self.episodes}")
        return self

    @model_validator(mode="after")
    def _steps_increase(self) -> "InnerSteps":
        for name in ("steps", "long_steps"):
            steps = list(getattr(self, name))
            if steps != sorted(set(steps)):
                raise ValueError(f"{name} is {steps}, must increase")
        if not set(self.long_steps) <= set(self.steps):
            raise ValueError(f"long_steps is {list(self.long_steps)}, must be among steps {list(self.steps)}")
        return self


class Ablation(Section):
    """What the number of inner steps does, each part varied alone."""

    steps: tuple[Count, ...] = Field(
        (1, 3, 6), min_length=2, description="numbers N compared, the first of them with each other one"
    )

    @model_validator(mode="after")
    def _steps_increase(self) -> "Ablation":
        if list(self.steps) != sorted(set(self.steps)):
            raise ValueError(f"steps is {list(self.steps)}, must increase")
        return self


class Plateau(Section):
    """The squared distance of a policy that walks into the cross, beside the published one."""

    share: float = Field(
        0.1, gt=0.0, lt=1.0, description="a run is at the plateau if it ends within this share of it"
    )
    published_steps: tuple[Count, ...] = Field(
        (2, 3, 4, 5), min_length=1, description="N whose published fourth frames are averaged to the plateau"
    )
