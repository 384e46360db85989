"""The section of config.yaml on exact answers: one section for each topic that has a size to choose."""

from typing import Annotated

from pydantic import Field

from athanor.experiments.config import Section


class GridNaviTrials(Section):
    """Trials of GridNavi on one goal, whose memory is kept or reset with each episode."""

    episodes: int = Field(4, ge=2, le=4, description="episodes of a trial")


class Mazes(Section):
    """A maze of each kind, and how often its start is visited before a table of best returns is read."""

    seed: int = Field(0, ge=0, lt=2**31, description="seed of the walls")
    visits: tuple[Annotated[int, Field(ge=1, le=10**6)], ...] = Field(
        (1, 2, 5, 10, 100), min_length=1, description="returns from the start that the best is taken of"
    )


class ExactAnswers(Section):
    """Sizes of the games whose exact answers are computed, by topic."""

    grid_navi: GridNaviTrials = GridNaviTrials()
    mazes: Mazes = Mazes()
