"""The sections of config.yaml under `simple_alchemy`: their defaults, their checks and their schema."""

from typing import Annotated

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Section
from athanor.experiments.simple_alchemy.exact.config import Exact
from athanor.experiments.simple_alchemy.graphs.config import GraphDistances

Bit = Annotated[int, Field(ge=0, le=1)]
POTIONS = 6
# The agents played on each family of graphs. The exact policy exists for the 384 graphs only.
AGENTS = {
    "three_edges": (
        "oracle",
        "bayes_optimal",
        "cem",
        "tree_search",
        "posterior_sampling",
        "greedy",
        "random",
    ),
    "all": ("oracle", "cem", "posterior_sampling", "random"),
}


class Environment(Section):
    """The game that every agent of this part plays."""

    goal: tuple[Bit, Bit, Bit] = Field((0, 0, 0), description="attributes of the stone that is worth 1")
    trials: int = Field(5, ge=2, description="trials in an episode, all on one causal graph")
    trial_steps: int = Field(20, ge=POTIONS + 2, description="steps in a trial")


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
    """Planning budgets for the figure of return against compute (besides those of cem and tree_search)."""

    cem_particles: tuple[Annotated[int, Field(ge=5)], ...] = Field(
        (10, 20, 50, 100, 200, 1000),
        min_length=1,
        description="particles of CEM; the share of elites is that of section cem",
    )
    tree_search_simulations: tuple[Count, ...] = Field(
        (4, 8, 16, 32, 64, 256), min_length=1, description="simulations of tree search"
    )


def played_agents(compute: Compute) -> list[tuple[str, str]]:
    """Return every family and agent that is simulated; `cem_50` is CEM with 50 particles."""
    agents = [(family, agent) for family, listed in AGENTS.items() for agent in listed]
    budgets = {"cem": compute.cem_particles, "tree_search": compute.tree_search_simulations}
    return agents + [
        ("three_edges", f"{planner}_{budget}") for planner, listed in budgets.items() for budget in listed
    ]


class DecisionTimes(Section):
    """Seconds an agent takes for one decision, measured."""

    decisions: Count = Field(50, description="decisions timed one by one for each agent and budget")


class CemSpeed(Section):
    """CEM on the factored belief against a plain NumPy CEM on the flat one, measured in interleaved pairs."""

    pairs: int = Field(14, ge=2, description="interleaved pairs of timed decisions")


class Published(Section):
    """What the sources give, for the comparisons that need a number of theirs."""

    oracle_rewarded_steps: Count = Field(
        87, description="steps on which the oracle is paid in the post's run"
    )
    bayes_rewarded_steps: Count = Field(
        65, description="steps on which the Bayes agent is paid in the post's run"
    )
    alchemy_chemistries: Count = Field(
        167_424, description="chemistries of Alchemy, as its paper counts them"
    )


class SimpleAlchemyConfig(Section):
    """Simple Alchemy: the post's game, its exact solution and its agents."""

    environment: Environment = Environment()
    graph_distances: GraphDistances = GraphDistances()
    exact: Exact = Exact()
    cem: Cem = Cem()
    tree_search: TreeSearch = TreeSearch()
    simulation: Simulation = Simulation()
    compute: Compute = Compute()
    decision_times: DecisionTimes = DecisionTimes()
    cem_speed: CemSpeed = CemSpeed()
    published: Published = Published()

    @model_validator(mode="after")
    def _budgets_differ(self) -> "SimpleAlchemyConfig":
        own = {"cem_particles": self.cem.particles, "tree_search_simulations": self.tree_search.simulations}
        for name, main in own.items():
            budgets = getattr(self.compute, name)
            if len({main, *budgets}) <= len(budgets):
                given = ", ".join(map(str, budgets))
                raise ValueError(f"compute.{name} is [{given}], must differ from each other and from {main}")
        return self

    @model_validator(mode="after")
    def _horizon_within_trial(self) -> "SimpleAlchemyConfig":
        if self.cem.horizon > self.environment.trial_steps:
            raise ValueError(
                f"cem.horizon is {self.cem.horizon}, "
                f"must be at most environment.trial_steps ({self.environment.trial_steps})"
            )
        return self
