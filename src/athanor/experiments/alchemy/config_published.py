"""The section of config.yaml on published scores of Alchemy."""

from pydantic import Field

from athanor.experiments.alchemy.section import Section


class Published(Section):
    """Mean scores of an episode that the public evaluation set gives, without rotation."""

    random_dips: float = Field(147.0, description="the public agent named random")
    deposit_positive: float = Field(67.4, description="depositing positive stones, using no potion")
    ideal_observer: float = Field(284.4, description="the ideal observer")
    ideal_observer_trials: tuple[float, ...] = Field(
        (25.83, 28.99, 28.86, 28.30, 28.76), min_length=1, description="the ideal observer, by trial"
    )
    oracle: float = Field(288.45, description="the search oracle, over 30,000 episodes drawn from the prior")
    oracle_there: float = Field(288.5, description="the search oracle on the episodes of the ideal observer")
    oracle_there_trials: tuple[float, ...] = Field(
        (29.25, 29.51, 28.98, 28.31, 28.76), min_length=1, description="the same, by trial"
    )

    @property
    def first_trial_gap(self) -> float:
        """Return what the ideal observer loses to the search oracle in the first trial."""
        return self.oracle_there_trials[0] - self.ideal_observer_trials[0]
