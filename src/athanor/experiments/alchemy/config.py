"""The sections of config.yaml under `alchemy`: their defaults, their checks and their schema."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from athanor.tasks.alchemy.rules import Level, Rules

Count = Annotated[int, Field(ge=1)]
AGENTS = ("random", "deposit_positive", "random_dips", "posterior_sampling", "mean_plan", "oracle")


class Section(BaseModel):
    """A section of the configuration: frozen, with unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Environment(Section):
    """The game."""

    level: Level = Field("aligned", description="whether looks are rotated: aligned (never), rotated")
    stones: int = Field(3, ge=1, le=7, description="stones of a trial; the oracle is exact up to seven")
    potions: int = Field(12, ge=0, description="potions of a trial")
    trials: Count = Field(10, description="trials of an episode, all on one chemistry")
    trial_steps: Count = Field(20, description="steps of a trial")

    def rules(self) -> Rules:
        """Return the rules of the game."""
        return Rules(**self.model_dump())


class Simulation(Section):
    """Episodes that every agent plays."""

    episodes: int = Field(2000, ge=2, description="episodes of every agent, on common chemistries and items")
    samples: Count = Field(64, description="chemistries over which agent mean_plan averages")


class Published(Section):
    """Mean scores of an episode that the public evaluation set gives, without rotation."""

    random_dips: float = Field(147.0, description="the public agent named random")
    deposit_positive: float = Field(67.4, description="depositing positive stones, using no potion")
    ideal_observer: float = Field(284.4, description="the ideal observer")
    oracle: float = Field(288.45, description="the search oracle, over 30,000 episodes drawn from the prior")


class Statistics(Section):
    """Intervals of the reported numbers."""

    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="level of every interval")
    bootstrap_samples: int = Field(10_000, ge=100, description="resamples of a bootstrap interval")


class AlchemyConfig(Section):
    """Alchemy, the full game: its chemistries, its exact references and its agents."""

    environment: Environment = Environment()
    simulation: Simulation = Simulation()
    published: Published = Published()
    statistics: Statistics = Statistics()
