"""Measure the seconds of a single decision, for every agent and planning budget of the study.

A decision is one call of the jitted `act` on one state, on states that the agent itself meets outside the cauldron.
What an agent works out once an episode or once a trial (the oracle's and posterior sampling's value iteration, the
exact policy) is not part of it.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import jax
import jax.numpy as jnp
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.progress import progress
from athanor.experiments.simple_alchemy.agents.config import Compute, Planners
from athanor.experiments.simple_alchemy.agents.config import DecisionTimes as DecisionTimesSection
from athanor.experiments.simple_alchemy.agents.players import Agent, build_agent, rules_of
from athanor.experiments.simple_alchemy.agents.simulate import read_policy
from athanor.experiments.simple_alchemy.agents.table import played
from athanor.experiments.simple_alchemy.config import Environment
from athanor.tasks.simple_alchemy.environment import NO_OP, SimpleAlchemy

COLUMNS = ["family", "agent", "budget", "repeat", "seconds"]


def run(
    environment: Environment,
    planners: Planners,
    compute: Compute,
    decision_times: DecisionTimesSection,
    key: PRNGKeyArray,
    policy: Path,
) -> dict[str, pd.DataFrame]:
    """Return `decision_times`: one row per timed decision.

    The agents take turns, so that whatever slows the machine down for a while slows all of them.
    """
    tables = read_policy((policy,))
    players: dict[tuple[str, str, int], Iterator[float]] = {}
    for condition in played(compute):
        family, name, budget = str(condition["family"]), str(condition["agent"]), int(condition["budget"])
        rules = rules_of(environment, family)
        agent = build_agent(name, rules, planners, tables, budget)
        players[family, name, budget] = decisions(rules, agent, key)
    for player in progress(players.values(), len(players), "agents compiled:"):
        next(player)  # the first decision compiles
    rounds = progress(range(decision_times.decisions), decision_times.decisions, "rounds timed:")
    rows = [(*name, repeat, next(player)) for repeat in rounds for name, player in players.items()]
    return {"decision_times": pd.DataFrame(rows, columns=COLUMNS)}


def decisions(rules: SimpleAlchemy, agent: Agent, key: PRNGKeyArray) -> Iterator[float]:
    """Let an agent play one episode after the other, and give the seconds of each decision."""
    init, act = jax.jit(agent.init), jax.jit(agent.act)
    update, step = jax.jit(agent.update), jax.jit(rules.step)
    while True:
        key, task_key, reset_key, agent_key, play_key = jax.random.split(key, 5)
        task = rules.sample_task(task_key)
        state = rules.reset(task, reset_key)
        memory = init(task, agent_key)
        for step_key in jax.random.split(play_key, rules.steps):
            action = jnp.int32(NO_OP)
            if not state.in_cauldron:
                start = time.perf_counter()
                action = act(memory, state, step_key).block_until_ready()
                yield time.perf_counter() - start
            following, _ = step(task, state, action, step_key)
            memory = update(memory, state, action, following, step_key)
            state = following
