"""The section of config.yaml on the game."""

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Section
from athanor.tasks.alchemy.rules import Level, Rules


class Environment(Section):
    """The game."""

    level: Level = Field("aligned", description="whether looks are rotated: aligned (never), rotated")
    stones: int = Field(3, ge=1, le=7, description="stones of a trial; the oracle is exact up to seven")
    potions: Count = Field(12, description="potions of a trial; players need one")
    trials: Count = Field(10, description="trials of an episode, all on one chemistry")
    trial_steps: Count = Field(20, description="steps of a trial")

    def rules(self) -> Rules:
        """Return the rules of the game."""
        return Rules(**self.model_dump())
