"""The sections of config.yaml on published scores of Alchemy and on the intervals of numbers."""

from pydantic import Field

from athanor.experiments.alchemy.section import Section


class Published(Section):
    """Mean scores of an episode that the public evaluation set gives, without rotation."""

    random_dips: float = Field(147.0, description="the public agent named random")
    deposit_positive: float = Field(67.4, description="depositing positive stones, using no potion")
    ideal_observer: float = Field(284.4, description="the ideal observer")
    ideal_observer_first_trial: float = Field(25.83, description="the ideal observer, first trial")
    oracle: float = Field(288.45, description="the search oracle, over 30,000 episodes drawn from the prior")
    oracle_there: float = Field(288.5, description="the search oracle on the episodes of the ideal observer")
    oracle_there_first_trial: float = Field(29.25, description="the same, first trial")


class Statistics(Section):
    """Intervals of the reported numbers."""

    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="level of every interval")
    bootstrap_samples: int = Field(10_000, ge=100, description="resamples of a bootstrap interval")
