"""The section of config.yaml on learning; games and learners are named as the modules of `families` and `learners`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from athanor.experiments.config import ByCondition, Count, Discount, Rate, Section, Share
from athanor.experiments.registry import registered

if TYPE_CHECKING:
    FamilyName = str
    LearnerName = str
else:
    FamilyName, LearnerName = (
        Literal[registered([str(Path(__file__).with_name(folder))])] for folder in ("families", "learners")
    )


class Game(Section):
    """A family and how long and with what its learners train."""

    family: FamilyName = Field(description="name of the family, a module of families")
    setting: str = Field(description="name of its rules")
    episodes: Count = Field(1, description="episodes of a trial, all on one task")
    updates: Count = Field(description="updates of a run")
    batch: Count = Field(description="trials of an update")
    epochs: Count = Field(3, description="steps on the same trials")
    hidden: Count = Field(64, description="units of every layer")
    rate: Rate = Field(0.003, description="rate of Adam at first")
    last_rate: Share = Field(0.1, description="share of it that is left at the end")
    discount: Discount = Field(0.99, description="discount per step")
    gae_lambda: Share = Field(0.95, description="lambda of the advantages")
    entropy: float = Field(0.01, ge=0.0, description="weight of the entropy bonus at first; it falls to 0")
    reward_scale: Rate = Field(1.0, description="by which rewards are divided")
    belief_weight: Rate = Field(0.1, description="weight of the supervised loss")
    relabelled: bool = Field(
        False, description="whether training tasks are relabelled at random, trial by trial"
    )
    further: Annotated[tuple[LearnerName, ...], ByCondition("learner")] = Field(
        (), description="learners of this game besides those of all games"
    )


GAMES = (
    Game(
        family="bandit",
        setting="5x10",
        updates=1600,
        batch=128,
        epochs=6,
        rate=0.01,
        gae_lambda=0.3,
        entropy=0.1,
        belief_weight=1.0,
        relabelled=True,
    ),
    Game(
        family="grid_navi",
        setting="5x5_15",
        episodes=4,
        updates=600,
        batch=128,
        rate=0.003,
        discount=0.95,
        gae_lambda=0.9,
        entropy=0.05,
        reward_scale=5.0,
        belief_weight=1.0,
        further=(
            "belief_of_expert",
            "belief_of_index",
            "belief_outputs",
            "belief_gradients",
            "belief_memory",
            "varibad",
        ),
    ),
    Game(
        family="numpad",
        setting="2x2x3_30",
        updates=600,
        batch=64,
        epochs=4,
        rate=0.005,
        gae_lambda=0.9,
        entropy=0.1,
        reward_scale=3.0,
        belief_weight=1.0,
    ),
    Game(
        family="simple_alchemy",
        setting="5x20",
        updates=1200,
        batch=32,
        epochs=4,
        rate=0.006,
        discount=0.95,
        gae_lambda=0.9,
        entropy=0.1,
        reward_scale=5.0,
        belief_weight=1.0,
        relabelled=True,
    ),
    Game(family="semicircle", setting="0.2_100", updates=300, batch=64, epochs=4, belief_weight=1.0),
    Game(family="noisy_target", setting="0.2_100", updates=300, batch=64, epochs=4, belief_weight=1.0),
    Game(
        family="bandit",
        setting="20x100",
        updates=300,
        batch=64,
        epochs=4,
        rate=0.005,
        discount=0.95,
        gae_lambda=0.9,
        entropy=0.03,
        reward_scale=3.0,
        belief_weight=1.0,
        relabelled=True,
    ),
)


class Varibad(Section):
    """VariBAD's belief; the defaults are those of the source's program where it decodes rewards by a squared error."""

    components: Count = Field(5, description="components of m")
    kl_weight: float = Field(0.1, ge=0.0, description="weight of the divergence from the belief before")


class Learning(Section):
    """Learners of task inference: how they train, and how they are looked at."""

    runs: int = Field(5, ge=2, description="runs of each learner and game")
    training_tasks: Count = Field(100, description="tasks that a run trains on")
    held_out_tasks: Count = Field(1000, description="tasks that it does not")
    points: Count = Field(10, description="points of a learning curve, besides the one before training")
    repeats: Count = Field(4, description="trials on each task at the last point")
    clip: Rate = Field(0.2, description="PPO's bound on the change of a ratio")
    value_weight: Rate = Field(0.5, description="weight of the values' squared error")
    largest_gradient: Rate = Field(2.0, description="norm to which longer gradients are cut")
    learners: Annotated[tuple[LearnerName, ...], ByCondition("learner")] = Field(
        ("recurrent", "belief_network", "auxiliary_head", "exact_belief", "contextual", "multitask"),
        min_length=1,
        description="learners, modules of learners",
    )
    varibad: Varibad = Field(Varibad(), description="the belief of the learner of that name")
    games: Annotated[tuple[Game, ...], ByCondition("family", "setting")] = Field(
        GAMES, min_length=1, description="games, each with its settings"
    )

    @model_validator(mode="after")
    def _named_once(self) -> "Learning":
        names = [f"{game.family}, {game.setting}" for game in self.games]
        learners: list[str] = list(self.learners)
        further = [(f"further of {game.family}", [*learners, *game.further]) for game in self.games]
        for key, listed in (("games", names), ("learners", learners), *further):
            twice = [name for name in listed if listed.count(name) > 1]
            if twice:
                raise ValueError(f"{key} names {twice[0]} twice, must name each once")
        return self

    def cells(self) -> list[tuple[str, str, str]]:
        """Return every game, as its family and setting, with each of its learners."""
        return [
            (game.family, game.setting, learner)
            for game in self.games
            for learner in (*self.learners, *game.further)
        ]

    def game(self, family: str, setting: str) -> Game:
        """Return a game; raise ValueError for one that is not listed."""
        found = [game for game in self.games if (game.family, game.setting) == (family, setting)]
        if not found:
            raise ValueError(f"game is {family} {setting}, must be one of learning.games")
        return found[0]


class TrainingSpeed(Section):
    """The time that training the recurrent agent on bandits takes, beside a peer's."""

    settings: tuple[str, ...] = Field(
        ("5x10", "20x100"), min_length=1, description="settings of the bandit timed, out of learning.games"
    )
    pairs: int = Field(10, ge=2, description="times that each is timed, in turns with all others")
