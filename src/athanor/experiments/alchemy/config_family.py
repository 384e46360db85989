"""The section of config.yaml on growing families of chemistries."""

from typing import Literal, get_args

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Section

FamilyLearner = Literal["joint", "maml", "fomaml", "recurrent"]
FAMILY_LEARNERS: tuple[FamilyLearner, ...] = get_args(FamilyLearner)


class FamilySize(Section):
    """The same learners over growing families of chemistries, on equal budgets of episodes."""

    sizes: tuple[Count, ...] = Field(
        (1, 8, 48, 384), min_length=1, description="chemistries of the families, besides that of all"
    )
    episodes: Count = Field(3000, description="training episodes of a run: games played")
    reference_episodes: int = Field(
        500, ge=2, description="episodes on each graph of players that do not learn"
    )
    seeds: int = Field(
        5, ge=2, description="training runs of each learner and family, each on a family of its own"
    )
