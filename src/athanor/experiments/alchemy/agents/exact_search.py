"""Search the first trial of small games exactly: how large they may be, and what fast agents lose to it."""

import time
from typing import Any, NamedTuple

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.agents.config import ExactSearch, Rollout, Simulation
from athanor.experiments.alchemy.agents.players import build_agent
from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.progress import progress
from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.environment import Alchemy
from athanor.tasks.alchemy.exact_decisions import Decision
from athanor.tasks.alchemy.exact_search import ExactSearch as Search
from athanor.tasks.alchemy.exact_search import TooLarge
from athanor.tasks.alchemy.posterior import possible_chemistries

COMPARED = ("posterior_sampling", "qmdp", "rollout")


class Found(NamedTuple):
    """What the search of a trial found."""

    value: float  # expected reward of the best play; NaN if the search was given up
    oracle: float  # reward of the best play, the chemistry known
    positions: int
    seconds: float
    within_limit: bool


def run(
    environment: Environment,
    simulation: Simulation,
    rollout: Rollout,
    exact_search: ExactSearch,
    key: PRNGKeyArray,
) -> dict[str, pd.DataFrame]:
    """Return `exact_search`, one row per trial, and `first_decisions`, one row per trial and agent.

    The regret of a decision is the value of the trial less what the best play makes of what the decision leaves.
    """
    rows, decisions = [], []
    for stones, potions in progress(exact_search.sizes, len(exact_search.sizes), "sizes searched:"):
        env = game_of(environment.model_copy(update={"stones": stones, "potions": potions, "trials": 1}))
        agents = {name: jax.jit(build_agent(name, env, simulation, rollout).act) for name in COMPARED}
        for trial in range(exact_search.trials):
            own = jax.random.fold_in(jax.random.fold_in(jax.random.fold_in(key, stones), potions), trial)
            found, regrets = _search(env, agents, exact_search.limit, own)
            rows.append((stones, potions, trial, *found))
            decisions += [(stones, potions, trial, name, regret) for name, regret in regrets.items()]
            if not found.within_limit:
                break
    return {
        "exact_search": pd.DataFrame(rows, columns=["stones", "potions", "trial", *Found._fields]),
        "first_decisions": pd.DataFrame(decisions, columns=["stones", "potions", "trial", "agent", "regret"]),
    }


def _search(
    env: Alchemy, agents: dict[str, Any], limit: int, key: PRNGKeyArray
) -> tuple[Found, dict[str, float]]:
    """Search a trial drawn from the prior, its stones seen, and value each agent's first decision."""
    task_key, reset_key, act_key = jax.random.split(key, 3)
    task = env.sample_task(task_key)
    state = env.reset(task, reset_key)
    seen = env.see(task, state)
    belief = beliefs.start(env, seen)
    known = float(oracle.plan_trial(env, task, state).value)
    start = time.process_time()
    search = Search(np.asarray(possible_chemistries(belief)), limit)
    decision = Decision(env, search, seen)
    try:
        value = decision.value
        seconds = time.process_time() - start
        found = Found(value, known, search.positions, seconds, True)
        actions = {name: int(act(belief, seen, act_key)) for name, act in agents.items()}
        return found, {name: value - decision.worth(action) for name, action in actions.items()}
    except TooLarge:
        return Found(float("nan"), known, search.positions, time.process_time() - start, False), {}
