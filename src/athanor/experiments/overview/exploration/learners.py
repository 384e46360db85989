"""The learners of the bus grid, by name: DREAM with and without its bottleneck, and recurrent learning end to end."""

import optax
from jaxtyping import PRNGKeyArray

from athanor.environment import Space
from athanor.experiments.overview.exploration.config import DecoupledExploration
from athanor.learning.agents import Agent, AgentNetwork, agent_network
from athanor.learning.descriptions import Description
from athanor.learning.dream import Dream, Games, Gradients, dream_learner
from athanor.learning.learner import Learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.tasks.bus_grid.environment import BusGrid
from athanor.tasks.bus_grid.phases import Phases
from athanor.trial import Trial

RULES = {"9x9_20": BusGrid(), "9x9_distracting": BusGrid(distracting=True)}


def learner_of(settings: DecoupledExploration, name: str, rules: BusGrid) -> Learner:
    """Return a learner; raise ValueError for an unknown one."""
    if name == "end_to_end":
        return _end_to_end(settings, rules)
    if name in ("dream", "dream_without_bottleneck"):
        return _dream(settings, rules, settings.bottleneck if name == "dream" else 0.0)
    raise ValueError(f"learner is {name}, must be dream, dream_without_bottleneck or end_to_end")


def _end_to_end(settings: DecoupledExploration, rules: BusGrid) -> Learner:
    """Return recurrent learning of whole trials, whose exploring episode is paid nothing."""

    def network(inputs: int, action: Space, key: PRNGKeyArray) -> AgentNetwork:
        return agent_network(Agent(hidden=settings.hidden), Description(()), inputs, action, key)

    trial = Trial(Phases(rules), episodes=2, see_time=True)
    return recurrent_learner(
        _recurrent(settings),
        _gradient(settings, settings.entropy),
        trial,
        _optimiser(settings),
        network=network,
    )


def _dream(settings: DecoupledExploration, rules: BusGrid, bottleneck: float) -> Learner:
    dream = Dream(settings.code, settings.deviation, bottleneck, settings.cost, settings.belief_weight)
    games = Games(Trial(Phases(rules)), Phases(rules, executes=True), rules.describe, rules.description.size)
    gradients = Gradients(
        *(_gradient(settings, entropy) for entropy in (settings.exploring_entropy, settings.entropy))
    )
    return dream_learner(dream, _recurrent(settings), gradients, games, _optimiser(settings))


def _recurrent(settings: DecoupledExploration) -> Recurrent:
    return Recurrent(
        settings.hidden, settings.epochs, settings.value_weight, entropy_updates=settings.updates
    )


def _gradient(settings: DecoupledExploration, entropy: float) -> PolicyGradient:
    return PolicyGradient(
        discount=settings.discount,
        gae_lambda=settings.gae_lambda,
        clip=settings.clip,
        entropy=entropy,
    )


def _optimiser(settings: DecoupledExploration) -> optax.GradientTransformation:
    rate = optax.linear_schedule(settings.rate, 0.1 * settings.rate, settings.updates * settings.epochs)
    return optax.chain(optax.clip_by_global_norm(settings.largest_gradient), optax.adam(rate, eps=1e-5))
