"""The sections of config.yaml on the agents, how they are played and how they are timed."""

from typing import Annotated

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Section


class Cem(Section):
    """The cross-entropy method, with the settings of the post."""

    horizon: Count = Field(20, description="steps planned ahead, at most trial_steps")
    particles: Count = Field(500, description="action sequences sampled in an iteration")
    elites: Count = Field(100, description="best sequences that the next iteration is fitted to")
    iterations: Count = Field(10, description="iterations of a decision")

    @model_validator(mode="after")
    def _elites_among_particles(self) -> "Cem":
        if self.elites > self.particles:
            raise ValueError(f"elites is {self.elites}, must be at most particles ({self.particles})")
        return self


class TreeSearch(Section):
    """Tree search with chance nodes (stochastic MuZero's search on the exact belief model)."""

    simulations: Count = Field(128, description="simulations of a decision")
    exploration: float = Field(4.0, gt=0.0, description="weight c_1 of the prior in the PUCT rule")


class Planners(Section):
    """The agents that plan ahead on the belief."""

    cem: Cem = Cem()
    tree_search: TreeSearch = TreeSearch()


class Simulation(Section):
    """Agents played on common episodes."""

    episodes_three_edges: int = Field(400, ge=2, description="episodes of each agent, family of 384 graphs")
    episodes_all: int = Field(100, ge=2, description="episodes of each agent, family of 20,250 graphs")
    episodes_budgets: int = Field(
        200,
        ge=2,
        description="episodes of each other planning budget of section compute, the first of the above",
    )


class Compute(Section):
    """Planning budgets for the figure of return against compute (besides those of section planners)."""

    cem_particles: tuple[Annotated[int, Field(ge=5)], ...] = Field(
        (10, 20, 50, 100, 200, 1000),
        min_length=1,
        description="particles of CEM; the share of elites is that of planners.cem",
    )
    tree_search_simulations: tuple[Count, ...] = Field(
        (4, 8, 16, 32, 64, 256), min_length=1, description="simulations of tree search"
    )


class DecisionTimes(Section):
    """Seconds an agent takes for one decision, measured."""

    decisions: Count = Field(50, description="decisions timed one by one for each agent and budget")


class CemSpeed(Section):
    """CEM on the factored belief against a plain NumPy CEM on the flat one, measured in interleaved pairs."""

    pairs: int = Field(14, ge=2, description="interleaved pairs of timed decisions")
