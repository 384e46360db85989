"""Solve the 384-graph family exactly: the oracle, the Bayes-optimal agent, and the random agent that sets the zero."""

import numpy as np
import pandas as pd

from athanor.experiments.simple_alchemy.config import Environment
from athanor.experiments.simple_alchemy.exact.config import Exact
from athanor.tasks.simple_alchemy import bayes_optimal
from athanor.tasks.simple_alchemy.belief_sets import (
    PRIOR,
    BeliefSets,
    reachable_beliefs,
)
from athanor.tasks.simple_alchemy.environment import REWARD_MODES, Objective, SimpleAlchemy, vertex_of
from athanor.tasks.simple_alchemy.returns import independent_trials


def run(environment: Environment, exact: Exact) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `exact_returns`, `yardstick`, `belief_sets`, and `policy`: the tables that play the optimal policy."""
    rules = SimpleAlchemy(
        goal=vertex_of(environment.goal),
        trials=environment.trials,
        trial_steps=environment.trial_steps,
    )
    played = Objective("per_step", 1.0)  # the yardstick is undiscounted
    objectives = [Objective(reward, discount) for reward in REWARD_MODES for discount in exact.discounts]
    objectives.sort(key=lambda objective: objective != played)  # the policy stored is that of the first
    beliefs = reachable_beliefs(rules.goal)
    solution = bayes_optimal.solve(rules, beliefs, objectives)
    optimal = solution.value[:, np.searchsorted(beliefs.code, PRIOR)]
    tables = [_returns(rules, objective, optimal[:, number]) for number, objective in enumerate(objectives)]
    returns = pd.concat(tables).sort_values([*Objective._fields, "trials", "agent"])
    yardstick = tables[0].pivot(
        index=[*Objective._fields, "trials"], columns="agent", values="expected_return"
    )
    return {
        "exact_returns": returns[returns["agent"] != "random"],
        "yardstick": yardstick[["random", "bayes_optimal", "oracle"]].reset_index(),
        "belief_sets": _sizes(beliefs),
        "policy": bayes_optimal.policy_arrays(rules, beliefs, solution),
    }


def _returns(rules: SimpleAlchemy, objective: Objective, optimal: np.ndarray) -> pd.DataFrame:
    """Tabulate the expected discounted returns of episodes of 1, 2, ... trials."""
    known, random = independent_trials(rules, objective)
    rows = []
    for trials in range(1, rules.trials + 1):
        repeats = float(np.sum(objective.discount ** (rules.trial_steps * np.arange(trials))))
        returns = {
            "oracle": known * repeats,
            "bayes_optimal": optimal[trials],
            "random": random * repeats,
        }
        rows += [
            {
                **objective._asdict(),
                "trials": trials,
                "agent": agent,
                "expected_return": value,
            }
            for agent, value in returns.items()
        ]
    return pd.DataFrame(rows)


def _sizes(beliefs: BeliefSets) -> pd.DataFrame:
    """Count the beliefs reachable by any experiments, as they are and up to relabelling."""
    sizes = {
        "reachable_beliefs": beliefs.orbit.sum(),
        "canonical_beliefs": len(beliefs.code),
        "states_a_trial": beliefs.successor[..., 0, 0].size * 2 ** beliefs.successor.shape[2],
        "links": (beliefs.successor >= 0).sum(),
    }
    return pd.DataFrame({"quantity": sizes.keys(), "count": [int(count) for count in sizes.values()]})
