"""The section of config.yaml on single chemistries of Alchemy."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Section

SingleLearner = Literal["vpg", "ppo"]
SINGLE_LEARNERS: tuple[SingleLearner, ...] = get_args(SingleLearner)
Index = Annotated[int, Field(ge=0)]


class SingleChemistry(Section):
    """Reinforcement learning on one chemistry."""

    chemistries: tuple[tuple[Index, Index, Index], ...] = Field(
        ((0, 21, 6), (13, 30, 2), (90, 44, 1)),
        min_length=1,
        description="numbers of graph, potion map and stone map of the chemistries learnt, one at a time",
    )
    episodes: Count = Field(6000, description="training episodes on a chemistry")
    seeds: int = Field(10, ge=2, description="training runs of each learner on each chemistry")
    reference_episodes: int = Field(
        500, ge=2, description="episodes on each chemistry of players that do not learn"
    )
