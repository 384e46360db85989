"""The sections of config.yaml on the game and on its published scores."""

from typing import Annotated

from pydantic import Field

from athanor.experiments.config import ByPlace, Count, Section
from athanor.tasks.alchemy.rules import Level


class Environment(Section):
    """The game."""

    level: Level = Field("aligned", description="whether looks are rotated: aligned (never), rotated")
    stones: int = Field(3, ge=1, le=7, description="stones of a trial; the oracle is exact up to seven")
    potions: Count = Field(12, description="potions of a trial; players need one")
    trials: Count = Field(10, description="trials of an episode, all on one chemistry")
    trial_steps: Count = Field(20, description="steps of a trial")


class Published(Section):
    """Mean scores of an episode that the public evaluation set gives, without rotation."""

    random_dips: float = Field(147.0, description="the public agent named random")
    deposit_positive: float = Field(67.4, description="depositing positive stones, using no potion")
    ideal_observer: float = Field(284.4, description="the ideal observer")
    ideal_observer_trials: Annotated[tuple[float, ...], ByPlace()] = Field(
        (25.83, 28.99, 28.86, 28.30, 28.76), min_length=1, description="the ideal observer, by trial"
    )
    oracle: float = Field(288.45, description="the search oracle, over 30,000 episodes drawn from the prior")
    oracle_there: float = Field(288.5, description="the search oracle on the episodes of the ideal observer")
    oracle_there_trials: Annotated[tuple[float, ...], ByPlace()] = Field(
        (29.25, 29.51, 28.98, 28.31, 28.76), min_length=1, description="the same, by trial"
    )
