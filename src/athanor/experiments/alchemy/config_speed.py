"""The sections of config.yaml on the speed of the game, of its exact references and of its agents."""

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Rate, Section


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
