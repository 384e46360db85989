"""Expected returns of the oracle, the Bayes-optimal and the random agent, all exact."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from athanor.expected_return import ExpectedReturn, exact, rules_of
from athanor.tasks.simple_alchemy import bayes_optimal, oracle
from athanor.tasks.simple_alchemy.belief_sets import PRIOR, reachable_beliefs
from athanor.tasks.simple_alchemy.environment import CausalGraph, Objective, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs

SETTINGS = {"5x20": SimpleAlchemy()}  # trials x steps of a trial, three edges an attribute


def exact_returns(setting: str, key: PRNGKeyArray) -> list[ExpectedReturn]:
    """Return one row per agent for an undiscounted episode with the per-step reward; the key does not matter."""
    del key
    rules, objective = rules_of(setting, SETTINGS), Objective("per_step", 1.0)
    beliefs = reachable_beliefs(rules.goal)
    solution = bayes_optimal.solve(rules, beliefs, [objective])
    optimal = float(solution.value[rules.trials, np.searchsorted(beliefs.code, PRIOR), 0])
    known, random = (rules.trials * value for value in independent_trials(rules, objective))
    values = {"oracle": known, "bayes_optimal": optimal, "random": random}
    return [exact(agent, value) for agent, value in values.items()]


def independent_trials(rules: SimpleAlchemy, objective: Objective) -> tuple[float, float]:
    """Return a trial's expected return for the oracle and the random agent, to whom all trials are alike."""
    with jax.enable_x64(True):
        graphs = enumerate_graphs("three_edges")
        tasks = CausalGraph(jnp.asarray(graphs.attribute_of_pair), jnp.asarray(graphs.edge_present))
        game = SimpleAlchemy(goal=rules.goal, trial_steps=rules.trial_steps, reward=objective.reward)
        known = jax.jit(
            jax.vmap(lambda task: oracle.value_iteration(game, task, objective.discount).value[0, -1])
        )
        random = jax.jit(jax.vmap(lambda task: oracle.random_value(game, task, objective.discount)[-1]))
        return float(jnp.mean(known(tasks))), float(jnp.mean(random(tasks)))
