"""Measure the seconds of a single decision, for every agent and planning budget of the study.

A decision is one call of the jitted `act` on one state, on states that the agent itself meets outside the cauldron.
What an agent works out once an episode or once a trial (the oracle's and posterior sampling's value iteration, the
exact policy) is not part of it.
"""

import time
from pathlib import Path

import jax
import jax.numpy as jnp
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.progress import progress
from athanor.experiments.simple_alchemy.agents import Agent, build_agent, rules_of
from athanor.experiments.simple_alchemy.config import Cem, Compute, Environment, Simulation, TreeSearch
from athanor.experiments.simple_alchemy.config import DecisionTimes as DecisionTimesSection
from athanor.experiments.simple_alchemy.simulate import policy_for
from athanor.tasks.simple_alchemy.environment import NO_OP, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import Family

MEASURES_TIME = True


def run(
    environment: Environment,
    simulation: Simulation,
    cem: Cem,
    tree_search: TreeSearch,
    compute: Compute,
    decision_times: DecisionTimesSection,
    key: PRNGKeyArray,
    policy: Path,
) -> dict[str, pd.DataFrame]:
    """Return `decision_times`: a row a timed decision."""
    players = played(simulation, compute)
    rows = []
    for family, name in progress(players, len(players), "agents timed:"):
        rules = rules_of(environment, family)
        agent = build_agent(name, rules, cem, tree_search, policy_for(name, policy))
        seconds = time_decisions(rules, agent, key, decision_times.decisions)
        rows += [
            {"family": family, "agent": name, "repeat": repeat, "seconds": value}
            for repeat, value in enumerate(seconds)
        ]
    return {"decision_times": pd.DataFrame(rows)}


def played(simulation: Simulation, compute: Compute) -> list[tuple[Family, str]]:
    """Return every agent that is simulated, planners with each of their budgets, by family."""
    names: list[str] = list(simulation.agents_three_edges)
    budgets = {"cem": compute.cem_particles, "tree_search": compute.tree_search_simulations}
    names += [f"{planner}_{budget}" for planner in budgets if planner in names for budget in budgets[planner]]
    small: list[tuple[Family, str]] = [("three_edges", name) for name in names]
    return small + [("all", name) for name in simulation.agents_all]


def time_decisions(rules: SimpleAlchemy, agent: Agent, key: PRNGKeyArray, count: int) -> list[float]:
    """Let an agent play, one episode after the other, until so many decisions are timed."""
    init, act, update, step = (
        jax.jit(agent.init),
        jax.jit(agent.act),
        jax.jit(agent.update),
        jax.jit(rules.step),
    )
    seconds: list[float] = []
    key = jax.random.fold_in(key, 0)
    while len(seconds) < count + 1:
        key, task_key, reset_key, agent_key = jax.random.split(key, 4)
        task = rules.sample_task(task_key)
        state = rules.reset(task, reset_key)
        memory = init(task, agent_key)
        for step_key in jax.random.split(key, rules.steps):
            action = jnp.int32(NO_OP)
            if not state.in_cauldron:
                start = time.perf_counter()
                action = act(memory, state, step_key).block_until_ready()
                seconds.append(time.perf_counter() - start)
            following, _ = step(task, state, action, step_key)
            memory = update(memory, state, action, following, step_key)
            state = following
    return seconds[1 : count + 1]  # the first one compiles
