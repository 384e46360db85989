"""The section of config.yaml on exploration that is learnt apart from execution."""

from typing import Literal

from pydantic import Field

from athanor.experiments.config import Count, Discount, Rate, Section, Share

System = Literal["dream", "dream_without_bottleneck", "end_to_end"]
Setting = Literal["9x9_20", "9x9_distracting"]


class Cell(Section):
    """A learner on a grid."""

    learner: System = Field(description="the learner")
    setting: Setting = Field(description="the grid, with or without distracting buses")


CELLS = (
    Cell(learner="end_to_end", setting="9x9_20"),
    Cell(learner="dream", setting="9x9_20"),
)


class DecoupledExploration(Section):
    """Learners of the bus grid: an episode that explores, then one that is paid."""

    cells: tuple[Cell, ...] = Field(CELLS, min_length=1, description="learners, each on a grid")
    runs: int = Field(5, ge=2, description="runs of each")
    updates: Count = Field(3000, description="updates of a run")
    batch: Count = Field(64, description="trials of an update: an episode that explores and one that is paid")
    points: Count = Field(10, description="points of a learning curve, besides the one before training")
    played: Count = Field(256, description="trials played at each point")
    hidden: Count = Field(64, description="units of every layer")
    epochs: Count = Field(3, description="steps on the same trials")
    rate: Rate = Field(0.0015, description="rate of Adam at first; it falls to a tenth")
    discount: Discount = Field(0.95, description="discount per step")
    gae_lambda: Share = Field(0.9, description="lambda of the advantages")
    clip: Rate = Field(0.2, description="PPO's bound on the change of a ratio")
    entropy: float = Field(0.8, ge=0.0, description="weight of the entropy bonus at first; it falls to 0")
    exploring_entropy: float = Field(
        1.5, ge=0.0, description="the same in DREAM's exploration, which must meet what it is to be paid for"
    )
    value_weight: Rate = Field(0.5, description="weight of the values' squared error")
    largest_gradient: Rate = Field(2.0, description="norm to which longer gradients are cut")
    code: Count = Field(16, description="components of f(id)")
    deviation: float = Field(0.1, ge=0.0, description="deviation of the noise on f(id)")
    bottleneck: Rate = Field(0.0001, description="weight of the square of f(id)")
    cost: float = Field(0.01, description="cost of a step that explores")
    belief_weight: Rate = Field(1.0, description="weight of the squared error of g in exploration's loss")
