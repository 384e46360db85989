"""The sections of config.yaml under `simple_alchemy`: their defaults, their checks and their schema."""

from typing import Annotated

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Section
from athanor.experiments.simple_alchemy.agents.config import (
    CemSpeed,
    Compute,
    DecisionTimes,
    Planners,
    Simulation,
)
from athanor.experiments.simple_alchemy.exact.config import Exact
from athanor.experiments.simple_alchemy.graphs.config import GraphDistances

Bit = Annotated[int, Field(ge=0, le=1)]
POTIONS = 6


class Environment(Section):
    """The game that every agent of this part plays."""

    goal: tuple[Bit, Bit, Bit] = Field((0, 0, 0), description="attributes of the stone that is worth 1")
    trials: int = Field(5, ge=2, description="trials in an episode, all on one causal graph")
    trial_steps: int = Field(20, ge=POTIONS + 2, description="steps in a trial")


class Published(Section):
    """What the sources give, for the comparisons that need a number of theirs."""

    oracle_rewarded_steps: Count = Field(
        87, description="steps on which the oracle is paid in the post's run"
    )
    bayes_rewarded_steps: Count = Field(
        65, description="steps on which the Bayes agent is paid in the post's run"
    )
    bayes_missed_trials: Count = Field(1, description="trials that the Bayes agent misses in the post's run")
    alchemy_chemistries: Count = Field(
        167_424, description="chemistries of Alchemy, as its paper counts them"
    )


class SimpleAlchemyConfig(Section):
    """Simple Alchemy: the post's game, its exact solution and its agents."""

    environment: Environment = Environment()
    graph_distances: GraphDistances = GraphDistances()
    exact: Exact = Exact()
    planners: Planners = Planners()
    simulation: Simulation = Simulation()
    compute: Compute = Compute()
    decision_times: DecisionTimes = DecisionTimes()
    cem_speed: CemSpeed = CemSpeed()
    published: Published = Published()

    @model_validator(mode="after")
    def _budgets_differ(self) -> "SimpleAlchemyConfig":
        planners = self.planners
        own = {
            "cem_particles": planners.cem.particles,
            "tree_search_simulations": planners.tree_search.simulations,
        }
        for name, main in own.items():
            budgets = getattr(self.compute, name)
            if main in budgets:
                given = ", ".join(map(str, budgets))
                raise ValueError(f"compute.{name} is [{given}], must all differ from {main}")
        return self

    @model_validator(mode="after")
    def _horizon_within_trial(self) -> "SimpleAlchemyConfig":
        horizon = self.planners.cem.horizon
        if horizon > self.environment.trial_steps:
            raise ValueError(
                f"planners.cem.horizon is {horizon}, "
                f"must be at most environment.trial_steps ({self.environment.trial_steps})"
            )
        return self
