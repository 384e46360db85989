"""The section of config.yaml on the agents of Alchemy that do not learn, and their names."""

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Section

AGENTS = ("random", "deposit_positive", "random_dips", "posterior_sampling", "mean_plan", "oracle")


class Simulation(Section):
    """Episodes that every agent plays."""

    episodes: int = Field(2000, ge=2, description="episodes of every agent, on common chemistries and items")
    samples: Count = Field(64, description="chemistries over which agent mean_plan averages")
