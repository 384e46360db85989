"""The section of config.yaml on domain randomisation."""

from pydantic import Field

from athanor.experiments.config import Count, Discount, Rate, Section, Share


class Rods(Section):
    """How policies of the pendulum train, by PPO, and are tested."""

    steps: int = Field(100, ge=1, le=1000, description="steps of an episode")
    batch: Count = Field(32, description="episodes of an update, each on a rod of its own")
    updates: Count = Field(160, description="updates")
    epochs: Count = Field(10, description="steps of Adam on the same episodes")
    hidden: Count = Field(32, description="units of either layer of a policy")
    memory: Count = Field(16, description="gated recurrent units beside the first one")
    rate: Rate = Field(0.02, description="rate of Adam at first; it falls to a tenth")
    discount: Discount = Field(0.95, description="discount per step")
    gae_lambda: Share = Field(0.95, description="lambda of the advantages")
    entropy: float = Field(0.03, ge=0.0, description="weight of the entropy bonus at first; it falls to 0")
    reward_scale: Rate = Field(16.0, description="that rewards are divided by before they are learnt from")
    wider: float = Field(
        1.25, gt=1.0, lt=2.0, description="a wider test range, as a multiple of that of training"
    )
    held_out: int = Field(500, ge=2, description="rods of each test")


class Regulators(Section):
    """How feedbacks of the linear system train, by an evolution strategy; their costs are computed exactly."""

    generations: Count = Field(100, description="generations")
    population: int = Field(32, ge=2, multiple_of=2, description="members of a generation, in pairs")
    deviation: Rate = Field(0.03, description="of the noise on parameters")
    rate: Rate = Field(0.05, description="rate of Adam at first; it falls to a tenth")
    episodes: Count = Field(64, description="episodes of a member, each on a system of its own")
    hidden: Count = Field(8, description="gated recurrent units that the gain is read from")


class DomainRandomisation(Section):
    """Policies trained on the mean system, on random ones, with memory of them, and told them; at equal steps."""

    runs: int = Field(5, ge=2, description="runs of each")
    pendulum: Rods = Rods()
    lqr: Regulators = Regulators()
