"""All sections of config.yaml under `overview`."""

from athanor.experiments.config import Section
from athanor.experiments.overview.adaptation.config import Adaptation
from athanor.experiments.overview.coevolution.config import Coevolution, EvolutionSpeed
from athanor.experiments.overview.evolved_loss.config import EvolvedLosses
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.experiments.overview.exploration.config import DecoupledExploration
from athanor.experiments.overview.learned.config import (
    Bonuses,
    EpisodicControls,
    GradientSignal,
    MetaGradients,
    OwnTasks,
    Reinstatement,
    RevealingAction,
    ShiftedBandit,
    SkillTasks,
)
from athanor.experiments.overview.randomisation.config import DomainRandomisation
from athanor.experiments.overview.structured_noise.config import StructuredNoise


class OverviewConfig(Section):
    """An overview's statements: games small enough that what can be earned in them is known."""

    exact_answers: ExactAnswers = ExactAnswers()
    revealing_action: RevealingAction = RevealingAction()
    meta_gradients: MetaGradients = MetaGradients()
    episodic_control: EpisodicControls = EpisodicControls()
    skills: SkillTasks = SkillTasks()
    own_tasks: OwnTasks = OwnTasks()
    reinstatement: Reinstatement = Reinstatement()
    bonuses: Bonuses = Bonuses()
    gradient_signal: GradientSignal = GradientSignal()
    shifted_bandit: ShiftedBandit = ShiftedBandit()
    adaptation: Adaptation = Adaptation()
    decoupled_exploration: DecoupledExploration = DecoupledExploration()
    structured_noise: StructuredNoise = StructuredNoise()
    domain_randomisation: DomainRandomisation = DomainRandomisation()
    coevolution: Coevolution = Coevolution()
    evolution_speed: EvolutionSpeed = EvolutionSpeed()
    evolved_losses: EvolvedLosses = EvolvedLosses()
