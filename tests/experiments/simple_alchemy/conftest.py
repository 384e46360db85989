"""Agents small enough to be played in seconds."""

from functools import cache

import jax
import pytest

from athanor.experiments.simple_alchemy.agents.config import Cem, Planners, TreeSearch
from athanor.experiments.simple_alchemy.agents.players import build_agent, rules_of
from athanor.experiments.simple_alchemy.agents.simulate import play
from athanor.experiments.simple_alchemy.config import Environment

ENVIRONMENT = Environment(trials=2)
PLANNERS = Planners(
    cem=Cem(horizon=10, particles=40, elites=8, iterations=3), tree_search=TreeSearch(simulations=8)
)
EPISODES = 8


@pytest.fixture(scope="session")
def agent_of():
    """Return a function that builds an agent which needs no exact policy."""

    def build(name, family="three_edges"):
        return build_agent(name, rules_of(ENVIRONMENT, family), PLANNERS)

    return build


@pytest.fixture(scope="session")
def played(agent_of):
    """Return a function that plays an agent's episodes, once."""

    @cache
    def episodes(name, family="three_edges", count=EPISODES):
        return play(rules_of(ENVIRONMENT, family), agent_of(name, family), jax.random.key(3), count)

    return episodes
