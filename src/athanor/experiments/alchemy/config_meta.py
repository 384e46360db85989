"""The sections of config.yaml on meta-learning over the chemistries of Alchemy, and on the time it takes."""

from typing import Literal, get_args

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Rate, Section

MetaLearner = Literal["maml", "fomaml", "joint", "untrained"]
META_LEARNERS: tuple[MetaLearner, ...] = get_args(MetaLearner)


class MetaLearning(Section):
    """Meta-learning over the distribution of chemistries, tested on chemistries that training leaves out."""

    tasks: Count = Field(2, description="chemistries of an update")
    inner_steps: Count = Field(1, description="inner steps in training")
    inner_rate: Rate = Field(1.0, description="rate of the inner steps, in training and in tests")
    outer_rate: Rate = Field(0.005, description="rate of the outer Adam at first; it falls to 0")
    episodes: Count = Field(
        100_000, description="training episodes of each learner: games played, before and after inner steps"
    )
    seeds: int = Field(5, ge=2, description="training runs of each learner")
    test_chemistries: Count = Field(20, description="chemistries of the tests, the same for all")
    test_steps: Count = Field(20, description="steps of adaptation in a test, each on new episodes")
    reference_episodes: int = Field(
        100, ge=2, description="episodes on each chemistry of the tests of players that do not learn"
    )
    published_hours: Rate = Field(26.0, description="hours that 100,000 episodes take in the source")


class TrainingTime(Section):
    """How long training over the distribution takes."""

    updates: Count = Field(4, description="updates in a timed call")
    turns: int = Field(15, ge=2, description="timed calls of each learner, in turn")
