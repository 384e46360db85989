"""The section of config.yaml on exact answers: one section for each topic that has a size to choose."""

from pydantic import Field

from athanor.experiments.config import Section


class GridNaviTrials(Section):
    """Trials of GridNavi on one goal, whose memory is kept or reset with each episode."""

    episodes: int = Field(4, ge=2, le=4, description="episodes of a trial")


class ExactAnswers(Section):
    """Sizes of the games whose exact answers are computed, by topic."""

    grid_navi: GridNaviTrials = GridNaviTrials()
