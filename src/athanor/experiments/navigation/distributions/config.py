"""The sections of config.yaml about distributions of targets, their difficulty, and the order they are met in."""

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Section
from athanor.experiments.navigation.game.config import SettingName
from athanor.tasks.navigation.rules import Distribution, ObstacleLevel

Observation = Literal["visible", "hidden"]
OBSERVATIONS: tuple[Observation, ...] = get_args(Observation)
Order = Literal["uniform", "easy_first", "hard_first", "fixed"]
ORDERS: tuple[Order, ...] = get_args(Order)
Share = Annotated[float, Field(gt=0.0, le=1.0)]


class Distributions(Section):
    """Training on each distribution of targets and level of obstacles, tested on all of them."""

    setting: SettingName = Field("release", description="setting of the environment")
    distributions: tuple[Distribution, ...] = Field(
        ("uniform", "random", "narrow"), min_length=2, description="of the targets, the base one included"
    )
    obstacles: tuple[ObstacleLevel, ...] = Field(
        ("none", "easy", "medium", "hard"), min_length=1, description="obstacle levels, the base one included"
    )
    observations: tuple[Observation, ...] = Field(
        ("visible", "hidden"), min_length=1, description="whether the observation holds the target"
    )
    targets: int = Field(32, ge=4, description="held-out targets of each distribution and level")
    episodes: Count = Field(200, description="training episodes, each on eight targets drawn anew")
    trajectories: Count = Field(4, description="trajectories of a task for a gradient")
    inner_rate: float = Field(0.03, gt=0.0, description="rate of FOMAML's one inner step, target visible")
    hidden_inner_rate: float = Field(3.0, gt=0.0, description="the same, target hidden")
    seeds: int = Field(10, ge=2, description="training runs of each condition")


class DifficultyStudy(Section):
    """How well features of a target say, before training, how near to it a trained policy ends."""

    threshold: float = Field(
        0.5,
        gt=0.0,
        description="a run that ends less than this beyond the optimum, in m, is near: the target was easy",
    )
    folds: int = Field(8, ge=2, description="folds of the cross-validation, of targets")
    penalty: float = Field(1.0, gt=0.0, description="L2 penalty of the fits, on standardised features")


class Curriculum(Section):
    """Orders in which the targets of the base distribution are met, on equal budgets."""

    orders: tuple[Order, ...] = Field(
        ORDERS, min_length=2, description="uniform (the distribution), easy_first, hard_first, fixed (eight)"
    )
    first_share: Share = Field(
        0.25, description="share of the distribution, in order of difficulty, that training begins with"
    )
    whole_by: Share = Field(0.7, description="share of the episodes by which targets come from all of it")
    frame: Count = Field(10, description="episodes averaged to a point of the learning curves")

    @model_validator(mode="after")
    def _uniform_is_there(self) -> "Curriculum":
        if "uniform" not in self.orders or len(set(self.orders)) < len(self.orders):
            raise ValueError(f"orders is {list(self.orders)}, must name uniform, and each once")
        return self
