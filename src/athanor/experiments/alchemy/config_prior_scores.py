"""The section of config.yaml on mean scores over the prior."""

from pydantic import Field

from athanor.experiments.alchemy.section import Section


class PriorScores(Section):
    """How many episodes the oracle's mean score is taken over."""

    episodes: int = Field(4_000_000, ge=2, description="episodes that the oracle plans, besides those played")
