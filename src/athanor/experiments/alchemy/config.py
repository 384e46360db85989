"""All sections of config.yaml under `alchemy`.

What learns imports the modules of the sections it takes, not this one: it depends on no other section's code.
"""

from athanor.experiments.alchemy.config_agents import Rollout, Simulation
from athanor.experiments.alchemy.config_exact import ExactSearch
from athanor.experiments.alchemy.config_family import FamilySize
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_learners import Learners
from athanor.experiments.alchemy.config_meta import MetaLearning, TrainingTime
from athanor.experiments.alchemy.config_prior_scores import PriorScores
from athanor.experiments.alchemy.config_published import Published
from athanor.experiments.alchemy.config_recurrent import Recurrent
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.config_single import SingleChemistry
from athanor.experiments.alchemy.config_speed import EpisodeTimes, Speed
from athanor.experiments.alchemy.section import Section


class AlchemyConfig(Section):
    """Alchemy, the full game: its chemistries, its exact references and its agents."""

    environment: Environment = Environment()
    simulation: Simulation = Simulation()
    rollout: Rollout = Rollout()
    prior_scores: PriorScores = PriorScores()
    exact_search: ExactSearch = ExactSearch()
    speed: Speed = Speed()
    episode_times: EpisodeTimes = EpisodeTimes()
    learners: Learners = Learners()
    single_chemistry: SingleChemistry = SingleChemistry()
    meta_learning: MetaLearning = MetaLearning()
    training_time: TrainingTime = TrainingTime()
    recurrent: Recurrent = Recurrent()
    family_size: FamilySize = FamilySize()
    published: Published = Published()
    statistics: Statistics = Statistics()
