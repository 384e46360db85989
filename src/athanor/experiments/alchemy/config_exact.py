"""The section of config.yaml on the exact search of small trials."""

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Section


class ExactSearch(Section):
    """Exact search within the first trial, and what fast agents lose to it."""

    sizes: tuple[tuple[Count, Count], ...] = Field(
        ((1, 4), (1, 8), (2, 4), (2, 6), (3, 3), (3, 4), (3, 5), (3, 12)),
        min_length=1,
        description="stones and potions of a trial",
    )
    trials: int = Field(10, ge=2, description="trials of each size, drawn from the prior")
    limit: Count = Field(
        100_000,
        description="positions that a search may keep; of a size that exceeds it no more trials are tried",
    )
