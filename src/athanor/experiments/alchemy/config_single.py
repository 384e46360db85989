"""The section of config.yaml on single chemistries of Alchemy."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Section
from athanor.tasks.alchemy.chemistries import GRAPHS, POTION_MAPS, STONE_MAPS

SingleLearner = Literal["vpg", "ppo"]
SINGLE_LEARNERS: tuple[SingleLearner, ...] = get_args(SingleLearner)
Graph = Annotated[int, Field(ge=0, le=len(GRAPHS.constraints) - 1)]
PotionMap = Annotated[int, Field(ge=0, le=POTION_MAPS - 1)]
StoneMap = Annotated[int, Field(ge=0, le=STONE_MAPS - 1)]


class SingleChemistry(Section):
    """Reinforcement learning on one chemistry."""

    chemistries: tuple[tuple[Graph, PotionMap, StoneMap], ...] = Field(
        ((0, 21, 6), (13, 30, 2), (90, 44, 1)),
        min_length=1,
        description="numbers of graph, potion map and stone map of the chemistries learnt, one at a time",
    )
    episodes: Count = Field(6000, description="training episodes on a chemistry")
    seeds: int = Field(10, ge=2, description="training runs of each learner on each chemistry")
    reference_episodes: int = Field(
        500, ge=2, description="episodes on each chemistry of players that do not learn"
    )
