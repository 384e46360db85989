"""The section of config.yaml on the intervals of Alchemy's numbers."""

from pydantic import Field

from athanor.experiments.alchemy.section import Section


class Statistics(Section):
    """Intervals of the reported numbers."""

    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="level of every interval")
    bootstrap_samples: int = Field(10_000, ge=100, description="resamples of a bootstrap interval")
