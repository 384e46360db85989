"""The exact policy of a short game, and agents small enough to be played in seconds."""

from functools import cache

import jax
import pytest

from athanor.experiments.simple_alchemy.agents.config import Cem, TreeSearch
from athanor.experiments.simple_alchemy.agents.players import build_agent, rules_of
from athanor.experiments.simple_alchemy.agents.simulate import play
from athanor.experiments.simple_alchemy.config import Environment
from athanor.tasks.simple_alchemy import bayes_optimal
from athanor.tasks.simple_alchemy.belief_sets import reachable_beliefs
from athanor.tasks.simple_alchemy.environment import Objective

ENVIRONMENT = Environment(trials=2)
CEM = Cem(horizon=10, particles=40, elites=8, iterations=3)
TREE_SEARCH = TreeSearch(simulations=8)
EPISODES = 8


@pytest.fixture(scope="session")
def policy_arrays():
    rules = rules_of(ENVIRONMENT, "three_edges")
    beliefs = reachable_beliefs(rules.goal)
    solution = bayes_optimal.solve(rules, beliefs, [Objective("per_step", 1.0)])
    return bayes_optimal.policy_arrays(rules, beliefs, solution)


@pytest.fixture(scope="session")
def agent_of(policy_arrays):
    policy = bayes_optimal.load_policy(policy_arrays)

    def build(name, family="three_edges"):
        return build_agent(name, rules_of(ENVIRONMENT, family), CEM, TREE_SEARCH, policy)

    return build


@pytest.fixture(scope="session")
def played(agent_of):
    """Return a function that plays an agent's episodes, once."""

    @cache
    def episodes(name, family="three_edges", count=EPISODES):
        return play(rules_of(ENVIRONMENT, family), agent_of(name, family), jax.random.key(3), count)

    return episodes
