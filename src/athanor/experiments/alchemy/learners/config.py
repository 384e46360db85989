"""The sections of config.yaml on the learners of Alchemy."""

from typing import Annotated

from pydantic import Field

from athanor.experiments.config import Count, Rate, Section
from athanor.tasks.alchemy.chemistries import GRAPHS, POTION_MAPS, STONE_MAPS

Graph = Annotated[int, Field(ge=0, le=len(GRAPHS.constraints) - 1)]
PotionMap = Annotated[int, Field(ge=0, le=POTION_MAPS - 1)]
StoneMap = Annotated[int, Field(ge=0, le=STONE_MAPS - 1)]


class Learners(Section):
    """Policies without memory, and how their gradients are estimated; for all experiments with them alike."""

    hidden: Count = Field(64, description="units of each of the two hidden layers")
    discount: float = Field(0.9, gt=0.0, le=1.0, description="discount per step")
    gae_lambda: float = Field(0.9, ge=0.0, le=1.0, description="lambda of the advantages")
    trajectories: int = Field(16, ge=2, description="episodes of a chemistry for a gradient")
    entropy: float = Field(0.003, ge=0.0, description="weight of the entropy bonus, in normalised advantages")
    vpg_rate: Rate = Field(0.01, description="rate of the policy gradient's Adam at first; it falls to 0")
    ppo_rate: Rate = Field(0.005, description="rate of PPO's Adam at first; it falls to 0")
    ppo_epochs: Count = Field(4, description="PPO's steps on the same episodes")
    ppo_clip: float = Field(0.2, gt=0.0, lt=1.0, description="PPO's bound on the change of a ratio")
    points: Count = Field(50, description="points of a learning curve, each a mean over updates")


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
    fixed_chemistries: Count = Field(
        3, description="chemistries that a run of fomaml_fixed trains on, all in an update"
    )
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


class Recurrent(Section):
    """A recurrent meta-learner, on Simple Alchemy and on the full game."""

    hidden: Count = Field(64, description="units of the gated recurrent layer")
    discount: float = Field(0.97, gt=0.0, le=1.0, description="discount per step")
    gae_lambda: float = Field(0.95, ge=0.0, le=1.0, description="lambda of the advantages")
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


class FamilySize(Section):
    """The same learners over growing families of chemistries, on equal budgets of episodes."""

    sizes: tuple[Count, ...] = Field(
        (1, 8, 48, 384), min_length=1, description="chemistries of the families, besides that of all"
    )
    episodes: Count = Field(3000, description="training episodes of a run: games played")
    larger_budget: Count = Field(12_000, description="the same of MAML with a larger budget")
    reference_episodes: int = Field(
        500, ge=2, description="episodes on each graph of players that do not learn"
    )
    seeds: int = Field(
        5, ge=2, description="training runs of each learner and family, each on a family of its own"
    )
