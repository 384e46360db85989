"""The section of config.yaml on structured exploration noise."""

from pydantic import Field

from athanor.experiments.config import Count, Discount, Rate, Section


class StructuredNoise(Section):
    """MAESN and MAML on the half circle: trained on distances, tested where only the target pays."""

    runs: int = Field(5, ge=2, description="runs of each learner")
    tasks: int = Field(16, ge=2, description="targets of training, all of which are played in each update")
    trajectories: int = Field(20, ge=2, description="trajectories for a target and a gradient")
    updates: Count = Field(200, description="outer updates")
    inner_steps: Count = Field(1, description="inner updates in training")
    hidden: Count = Field(32, description="units of either hidden layer")
    latent: Count = Field(2, description="components of the noise")
    first_log_deviation: float = Field(
        -0.5, ge=-4.0, le=1.0, description="logarithm of the policy's deviation at first, in strides"
    )
    discount: Discount = Field(0.95, description="discount per step")
    outer_rate: Rate = Field(0.005, description="rate of the outer Adam at first; it falls to a tenth")
    inner_rate: Rate = Field(0.1, description="rate of MAML's inner update")
    latent_rate: Rate = Field(0.1, description="rate of MAESN's inner update at first")
    divergence_weight: float = Field(0.1, ge=0.0, description="weight of the divergence from N(0, I)")
    held_out: int = Field(40, ge=2, description="held-out targets of a run")
    shown_updates: Count = Field(3, description="updates on a held-out target")
    shown_trajectories: int = Field(
        20, ge=2, description="trajectories of such an update, and those whose cover of the arc is measured"
    )
