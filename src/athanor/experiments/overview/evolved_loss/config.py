"""The section of config.yaml on an evolved loss in point navigation."""

from typing import Annotated

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Rate, Section


class EvolvedLosses(Section):
    """Losses evolved on goals of the right half of point navigation, and PPO, on held-out goals of either half."""

    runs: int = Field(5, ge=2, description="runs, each with losses of its own")
    generations: int = Field(150, ge=2, description="generations of a loss")
    guided: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        0.8,
        description="share of the generations over which the guide's share of the guided loss falls from 1 to 0",
    )
    population: int = Field(32, ge=2, multiple_of=2, description="members of a generation, in pairs")
    deviation: Rate = Field(0.1, description="standard deviation of the noise on the loss's parameters")
    evolution_rate: Rate = Field(0.05, description="rate of the Adam that moves them")
    window: int = Field(3, ge=1, description="steps that the loss looks at around each, odd")
    hidden: Count = Field(8, description="units of the loss")
    updates: Count = Field(10, description="updates of a policy while the loss evolves")
    shown_updates: Count = Field(20, description="updates of a policy in a test")
    epochs: Count = Field(2, description="steps of Adam on the trajectories of an update")
    trajectories: int = Field(5, ge=2, description="trajectories of an update")
    rate: Rate = Field(0.03, description="rate of the Adam of policies that descend the loss")
    rates: tuple[Rate, ...] = Field(
        (0.003, 0.01, 0.03, 0.1), min_length=1, description="rates of PPO's Adam that the best is chosen of"
    )
    tuning_goals: Count = Field(100, description="goals of the right half that it is chosen on")
    held_out: int = Field(40, ge=2, description="held-out goals of either half")
    policy_hidden: Count = Field(32, description="units of either hidden layer of a policy")

    @model_validator(mode="after")
    def _sensible(self) -> "EvolvedLosses":
        if self.window % 2 == 0:
            raise ValueError(f"window is {self.window}, must be odd")
        if self.shown_updates < self.updates:
            raise ValueError(
                f"shown_updates is {self.shown_updates}, must be at least updates ({self.updates})"
            )
        return self
