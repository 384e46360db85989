"""All sections of config.yaml under `alchemy`.

What learns imports the modules of the sections it takes, not this one: it depends on no other section's code.
"""

from pydantic import Field

from athanor.experiments.alchemy.config_family import FamilySize
from athanor.experiments.alchemy.config_game import Environment as Environment
from athanor.experiments.alchemy.config_learners import Learners
from athanor.experiments.alchemy.config_meta import MetaLearning, TrainingTime
from athanor.experiments.alchemy.config_recurrent import Recurrent
from athanor.experiments.alchemy.config_reporting import Statistics as Statistics
from athanor.experiments.alchemy.config_single import SingleChemistry
from athanor.experiments.alchemy.section import Count, Section

AGENTS = ("random", "deposit_positive", "random_dips", "posterior_sampling", "mean_plan", "oracle")


class Simulation(Section):
    """Episodes that every agent plays."""

    episodes: int = Field(2000, ge=2, description="episodes of every agent, on common chemistries and items")
    samples: Count = Field(64, description="chemistries over which agent mean_plan averages")


class Published(Section):
    """Mean scores of an episode that the public evaluation set gives, without rotation."""

    random_dips: float = Field(147.0, description="the public agent named random")
    deposit_positive: float = Field(67.4, description="depositing positive stones, using no potion")
    ideal_observer: float = Field(284.4, description="the ideal observer")
    oracle: float = Field(288.45, description="the search oracle, over 30,000 episodes drawn from the prior")


class AlchemyConfig(Section):
    """Alchemy, the full game: its chemistries, its exact references and its agents."""

    environment: Environment = Environment()
    simulation: Simulation = Simulation()
    learners: Learners = Learners()
    single_chemistry: SingleChemistry = SingleChemistry()
    meta_learning: MetaLearning = MetaLearning()
    training_time: TrainingTime = TrainingTime()
    recurrent: Recurrent = Recurrent()
    family_size: FamilySize = FamilySize()
    published: Published = Published()
    statistics: Statistics = Statistics()
