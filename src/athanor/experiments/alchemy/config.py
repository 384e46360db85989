"""All sections of config.yaml under `alchemy`."""

from athanor.experiments.alchemy.agents.config import (
    EpisodeTimes,
    ExactSearch,
    PriorScores,
    Rollout,
    Simulation,
    Speed,
)
from athanor.experiments.alchemy.game.config import Environment, Published
from athanor.experiments.alchemy.learners.config import (
    FamilySize,
    Learners,
    MetaLearning,
    Recurrent,
    SingleChemistry,
    TrainingTime,
)
from athanor.experiments.config import Section


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
