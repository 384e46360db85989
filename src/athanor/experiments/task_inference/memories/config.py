"""The section of config.yaml on memories; games are those of `learning`, with the settings that they have there."""

from typing import Literal

from pydantic import Field

from athanor.experiments.config import Section

Name = Literal["lstm", "attention", "temporal_convolution"]


class Remembered(Section):
    """A game on which memories are compared; it must be among `learning.games`."""

    family: str = Field(description="name of the family")
    setting: str = Field(description="name of its rules")


GAMES = (
    Remembered(family="bandit", setting="5x10"),
    Remembered(family="grid_navi", setting="5x5_15"),
    Remembered(family="simple_alchemy", setting="5x20"),
)


class Memories(Section):
    """Memories of the recurrent learner in the place of its gated recurrent unit, as large and trained as long."""

    games: tuple[Remembered, ...] = Field(GAMES, min_length=1, description="games, out of learning.games")
    learners: tuple[Name, ...] = Field(
        ("lstm", "attention", "temporal_convolution"),
        min_length=1,
        description="memories, as in learning/memories.py",
    )

    def cells(self) -> list[tuple[str, str, str]]:
        """Return every game, as its family and setting, with each of the memories."""
        return [(game.family, game.setting, learner) for game in self.games for learner in self.learners]
