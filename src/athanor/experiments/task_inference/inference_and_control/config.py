"""The section of config.yaml on inference and control; games and learners are those of `learning`."""

from typing import Annotated, Literal

from pydantic import Field

from athanor.experiments.config import ByCondition, Count, Rate, Section


class Probed(Section):
    """A game whose exact posterior is decoded; it must be among `learning.games`."""

    family: Literal["bandit", "grid_navi", "numpad", "simple_alchemy", "semicircle"] = Field(
        description="name of the family"
    )
    setting: str = Field(description="name of its rules")


class InferenceAndControl(Section):
    """What trained learners know of the task, decoded from their memory, and what it is worth."""

    games: Annotated[tuple[Probed, ...], ByCondition("family", "setting")] = Field(
        (
            Probed(family="bandit", setting="5x10"),
            Probed(family="grid_navi", setting="5x5_15"),
            Probed(family="numpad", setting="2x2x3_30"),
            Probed(family="simple_alchemy", setting="5x20"),
            Probed(family="semicircle", setting="0.2_100"),
        ),
        min_length=1,
        description="games, out of learning.games",
    )
    learners: Annotated[
        tuple[Literal["recurrent", "belief_network", "auxiliary_head"], ...], ByCondition("learner")
    ] = Field(
        ("recurrent", "belief_network", "auxiliary_head"),
        min_length=1,
        description="learners with a memory, out of learning.learners",
    )
    trials: Count = Field(500, description="trials played at once, each on a task of its own")
    repeats: Count = Field(
        4, description="such lots that a probe is scored on, besides those it is trained on"
    )
    hidden: Count = Field(64, description="units of a probe")
    updates: Count = Field(1500, description="updates of a probe")
    batch: Count = Field(256, description="moments of an update")
    rate: Rate = Field(0.003, description="rate of Adam at first; it falls to 0")
