"""The section of config.yaml on what all policies without memory that learn Alchemy share."""

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Rate, Section


class Learners(Section):
    """Policies without memory, and how their gradients are estimated; for all experiments with them alike."""

    hidden: Count = Field(64, description="units of each of the two hidden layers")
    discount: float = Field(0.9, gt=0.0, le=1.0, description="discount per step")
    trace: float = Field(0.9, ge=0.0, le=1.0, description="lambda of the advantages")
    trajectories: int = Field(16, ge=2, description="episodes of a chemistry for a gradient")
    entropy: float = Field(0.003, ge=0.0, description="weight of the entropy bonus, in normalised advantages")
    vpg_rate: Rate = Field(0.01, description="rate of the policy gradient's Adam at first; it falls to 0")
    ppo_rate: Rate = Field(0.005, description="rate of PPO's Adam at first; it falls to 0")
    ppo_epochs: Count = Field(4, description="PPO's steps on the same episodes")
    ppo_clip: float = Field(0.2, gt=0.0, lt=1.0, description="PPO's bound on the change of a ratio")
    points: Count = Field(50, description="points of a learning curve, each a mean over updates")
