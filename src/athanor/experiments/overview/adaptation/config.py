"""The section of config.yaml on adaptation in point navigation."""

from typing import Annotated

from pydantic import Field

from athanor.experiments.config import Count, Discount, Rate, Section


class Adaptation(Section):
    """Learners that adapt by gradients in point navigation: how they train, and how they are looked at."""

    runs: int = Field(5, ge=2, description="runs of each learner")
    held_out: int = Field(40, ge=2, description="held-out goals of a run")
    shown_updates: int = Field(5, ge=2, description="updates on a held-out goal")
    shown_trajectories: int = Field(40, ge=2, description="trajectories of such an update")
    updates: Count = Field(400, description="outer updates of a run; all learners play as many episodes")
    goals: int = Field(10, ge=2, description="goals of an outer update")
    trajectories: int = Field(20, ge=2, description="trajectories for a goal and a gradient")
    hidden: Count = Field(32, description="units of either hidden layer")
    first_log_deviation: float = Field(
        -0.5, ge=-4.0, le=1.0, description="logarithm of the policy's deviation at first, in strides"
    )
    discount: Discount = Field(0.99, description="discount per step")
    gae_lambda: Annotated[float, Field(ge=0.0, le=1.0)] = Field(0.9, description="lambda of the advantages")
    inner_steps: Count = Field(1, description="inner updates in training, but Reptile's")
    inner_rate: Rate = Field(0.1, description="rate of an inner update")
    later_inner_rate: Rate = Field(
        0.035, description="rate of the updates after the first on a held-out goal"
    )
    outer_rate: Rate = Field(0.007, description="rate of the outer Adam at first; it falls to a tenth")
    reptile_steps: int = Field(3, ge=2, description="inner updates of Reptile in training")
    reptile_rate: Rate = Field(0.3, le=1.0, description="share of the way that Reptile moves")
    sampling_weight: float = Field(0.1, ge=0.0, description="weight of E-MAML's term")
