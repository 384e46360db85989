"""The sections of config.yaml on training with each number of inner steps, and on what the number does."""

from typing import Literal, get_args

from pydantic import Field, model_validator

from athanor.experiments.navigation.section import Count, Reading, Section, SettingName

Arm = Literal["whole", "fitting", "data", "adam"]
ARMS: tuple[Arm, ...] = get_args(Arm)


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
    repaired_trajectories: Count = Field(
        2,
        description="trajectories of a task for a gradient of the repaired reading, instead of its own number",
    )

    @property
    def places(self) -> tuple[tuple[Reading, SettingName], ...]:
        """Return the readings with the settings that each is trained in."""
        released: tuple[tuple[Reading, SettingName], ...] = tuple(
            ("released", setting) for setting in self.settings
        )
        return (*released, ("written", self.settings[0]), ("repaired", self.settings[0]))

    @property
    def conditions(self) -> tuple[tuple[Reading, SettingName, int], ...]:
        """Return what is trained: readings in their settings, with each N."""
        return tuple((*place, steps) for place in self.places for steps in self.steps)

    def length(self, reading: str, steps: int) -> int:
        """Return the training episodes of a condition."""
        long = reading == "released" and steps in self.long_steps
        return self.long_episodes if long else self.episodes

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

    @property
    def conditions(self) -> tuple[tuple[Reading, Arm, int], ...]:
        """Return what is trained besides the whole learners: readings, with what N varies, and N.

        With the fewest steps an arm is the whole learner, but where the baseline is another.
        """
        more: tuple[tuple[Reading, Arm], ...] = (
            ("released", "fitting"),
            ("released", "data"),
            ("repaired", "data"),
        )
        varied = tuple((*arm, steps) for arm in more for steps in self.steps[1:])
        fitted: tuple[tuple[Reading, Arm, int], ...] = tuple(
            ("repaired", "fitting", steps) for steps in self.steps
        )
        return (*varied, *fitted, ("written", "adam", self.steps[0]))

    @model_validator(mode="after")
    def _steps_increase(self) -> "Ablation":
        if list(self.steps) != sorted(set(self.steps)):
            raise ValueError(f"steps is {list(self.steps)}, must increase")
        return self
