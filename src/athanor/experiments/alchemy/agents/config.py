"""The sections of config.yaml on the agents of Alchemy that do not learn."""

from pydantic import Field

from athanor.experiments.config import Count, Rate, Section


class Simulation(Section):
    """Episodes that every agent plays."""

    episodes: int = Field(2000, ge=2, description="episodes of every agent, on common chemistries and items")
    samples: Count = Field(64, description="chemistries over which agent qmdp averages")


class Rollout(Section):
    """How agents rollout and far_sighted look ahead."""

    samples: int = Field(512, ge=4, description="chemistries that stand for the posterior")
    width: Count = Field(6, description="dips of a decision that are played on with a quarter of them")
    finalists: Count = Field(2, description="of these, dips that are played on with all")
    information: float = Field(
        0.6, ge=0.0, description="reward that the QMDP policy which plays on gives for a bit"
    )
    later_loss: Rate = Field(
        0.07,
        description="reward that later trials are taken to lose, by squared bits of the chemistry unknown"
        " at the end of a trial; of far_sighted alone",
    )


class PriorScores(Section):
    """How many episodes the oracle's mean score is taken over."""

    episodes: int = Field(4_000_000, ge=2, description="episodes that the oracle plans, besides those played")


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


class Speed(Section):
    """How fast the game, the oracle and the posterior are."""

    games: Count = Field(256, description="games side by side in a timed call")
    plain_episodes: Count = Field(2, description="episodes of a timed call of the plain rules")
    turns: int = Field(15, ge=2, description="timed calls of each program, in turn")
    published_steps: Rate = Field(1600.0, description="steps per second of the public environment")
    published_no_resets: Rate = Field(4800.0, description="the same, resets left out")


class EpisodeTimes(Section):
    """How long an agent takes for an episode."""

    turns: int = Field(20, ge=2, description="timed episodes of each agent; of quick ones as many batches")
