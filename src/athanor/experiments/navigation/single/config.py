"""The sections of config.yaml on obstacles and observation, and on single tasks."""

from pydantic import Field

from athanor.experiments.config import Count, Section
from athanor.tasks.navigation.rules import ObstacleLevel


class Configurations(Section):
    """Obstacles with and without the target in the observation, MAML: supplementary Figure 1."""

    obstacles: tuple[ObstacleLevel, ...] = Field(
        ("none", "medium"),
        min_length=1,
        description="obstacle levels; the base one is trained in first_order",
    )
    released_episodes: Count = Field(
        1000, description="training episodes as released, at most those of first_order"
    )
    frame: int = Field(100, ge=2, description="last episodes, over which the spread is taken")
    block: Count = Field(10, description="episodes whose mean is a point of a learning curve")


class SingleTask(Section):
    """Policy gradients on one task, without meta-learning."""

    targets: tuple[int, ...] = Field(
        (7, 2), min_length=1, description="fixed targets trained on: one before the cross, one behind it"
    )
    episodes: Count = Field(300, description="training episodes")
    clip: float = Field(0.2, gt=0.0, lt=1.0, description="of PPO's ratio of probabilities")
    epochs: Count = Field(4, description="optimiser steps of PPO on the same trajectories")
    frame: Count = Field(20, description="last episodes that count as the end")
