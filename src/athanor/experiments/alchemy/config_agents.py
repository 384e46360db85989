"""The sections of config.yaml on the agents of Alchemy that do not learn, and their names."""

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Rate, Section

AGENTS = (
    "random",
    "deposit_positive",
    "random_dips",
    "posterior_sampling",
    "mean_plan",
    "rollout",
    "far_sighted",
    "oracle",
)


class Simulation(Section):
    """Episodes that every agent plays."""

    episodes: int = Field(2000, ge=2, description="episodes of every agent, on common chemistries and items")
    samples: Count = Field(64, description="chemistries over which agent mean_plan averages")


class Rollout(Section):
    """How agents rollout and far_sighted look ahead."""

    samples: int = Field(512, ge=4, description="chemistries that stand for the posterior")
    width: Count = Field(6, description="dips of a decision that are played on with a quarter of them")
    finalists: Count = Field(2, description="of these, dips that are played on with all")
    information: float = Field(
        0.6, ge=0.0, description="reward that the mean plan which plays on gives for a bit"
    )
    later_loss: Rate = Field(
        0.07,
        description="reward that later trials are taken to lose, by squared bits of the chemistry unknown"
        " at the end of a trial; of far_sighted alone",
    )
