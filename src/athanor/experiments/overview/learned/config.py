"""The sections of config.yaml on what is learnt."""

from typing import Annotated

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Rate, Section


class RevealingAction(Section):
    """Trials until exploration is learnt, where one of many actions reveals the task."""

    actions: tuple[Annotated[int, Field(ge=2, le=256)], ...] = Field(
        (4, 8, 16, 32, 64), min_length=2, description="actions, A"
    )
    tasks: int = Field(4, ge=2, description="tasks that they can reveal")
    most_trials: Count = Field(2_000_000, description="trials after which a run is given up")
    runs: int = Field(20, ge=2, description="runs of each size")

    @model_validator(mode="after")
    def _enough_actions(self) -> "RevealingAction":
        if min(self.actions) < self.tasks:
            raise ValueError(f"actions has {min(self.actions)}, must be at least tasks = {self.tasks} each")
        if len(set(self.actions)) < 2:
            raise ValueError(f"actions is {list(self.actions)}, must have two different sizes")
        return self


class MetaGradients(Section):
    """Discounts of each state of the chain of noise, tuned by meta-gradients."""

    rate: float = Field(0.1, gt=0.0, lt=1.0, description="learning rate of the values")
    meta_rate: Rate = Field(0.05, description="learning rate of the discounts at first; it falls to 0")
    actors: Count = Field(64, description="value estimates whose meta-gradients are averaged")
    updates: int = Field(5_000, ge=4, description="meta-updates")
    runs: int = Field(5, ge=2, description="runs")
    initial: float = Field(0.5, ge=0.0, le=1.0, description="discount of every state at first")
