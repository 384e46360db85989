"""The section of config.yaml on the recurrent meta-learner."""

from typing import Literal, get_args

from pydantic import Field

from athanor.experiments.alchemy.section import Count, Rate, Section

Game = Literal["simple", "full"]
GAMES: tuple[Game, ...] = get_args(Game)


class Recurrent(Section):
    """A recurrent meta-learner, on Simple Alchemy and on the full game."""

    hidden: Count = Field(64, description="units of the gated recurrent layer")
    discount: float = Field(0.97, gt=0.0, le=1.0, description="discount per step")
    trace: float = Field(0.95, ge=0.0, le=1.0, description="lambda of the advantages")
    tasks: Count = Field(32, description="tasks of an update, each with one episode")
    epochs: Count = Field(3, description="steps on the same episodes")
    clip: float = Field(0.2, gt=0.0, lt=1.0, description="PPO's bound on the change of a ratio")
    entropy: float = Field(0.01, ge=0.0, description="weight of the entropy bonus, in normalised advantages")
    rate: Rate = Field(2e-3, description="rate of Adam at first; it falls to 0")
    largest_gradient: Rate = Field(1.0, description="norm to which longer gradients are cut")
    reward_scale: Rate = Field(5.0, description="by which rewards are divided")
    simple_episodes: Count = Field(100_000, description="training episodes on Simple Alchemy")
    full_episodes: Count = Field(100_000, description="training episodes on the full game")
    seeds: int = Field(5, ge=2, description="training runs of each game")

    def episodes(self, game: str) -> int:
        """Return the training episodes on a game, or say in one line which there are."""
        if game not in GAMES:
            raise ValueError(f"game is {game}, must be one of {', '.join(GAMES)}")
        return self.simple_episodes if game == "simple" else self.full_episodes
