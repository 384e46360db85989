"""Time CEM on the factored belief, jitted, against plain NumPy CEM on the flat belief, in interleaved pairs.

Each pair of decisions is at the start of an episode, where the belief is widest; all implementations decide there one
after the other, so that whatever slows the machine down slows all of them.
"""

import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.progress import progress
from athanor.experiments.simple_alchemy.agents.config import Cem, Planners
from athanor.experiments.simple_alchemy.agents.config import CemSpeed as CemSpeedSection
from athanor.experiments.simple_alchemy.agents.flat_cem import FlatCem, Observed
from athanor.experiments.simple_alchemy.agents.players import DISCOUNT, Agent, build_agent, rules_of
from athanor.experiments.simple_alchemy.config import Environment
from athanor.planning.cem import Settings
from athanor.tasks.simple_alchemy.environment import ALL_FULL, SimpleAlchemy, State, vertex_of
from athanor.tasks.simple_alchemy.graphs import FAMILIES, VERTICES

Decide = Callable[[int], None]  # takes the number of the pair


def run(
    environment: Environment, planners: Planners, cem_speed: CemSpeedSection, key: PRNGKeyArray
) -> dict[str, pd.DataFrame]:
    """Return `cem_speed`: one row per timed decision of each implementation and family."""
    pairs = cem_speed.pairs
    goal = vertex_of(
        environment.goal
    )  # a goal stone is deposited at once, which takes the flat planner less time
    others = [vertex for vertex in range(VERTICES) if vertex != goal]
    stones = [others[pair % len(others)] for pair in range(pairs)]
    timed: dict[tuple[str, str], Decide] = {}
    for family in FAMILIES:
        rules = rules_of(environment, family)
        agent = build_agent("cem", rules, planners)
        timed["jax_factored", family] = _factored(rules, agent, stones, key)
        timed["numpy_flat", family] = _flat(rules, planners.cem, stones)
    rows = []
    for pair in progress(range(pairs), pairs, "pairs timed:"):
        rows += [(*name, pair, _seconds(decide, pair)) for name, decide in timed.items()]
    columns = ["implementation", "family", "pair", "seconds_per_decision"]
    return {"cem_speed": pd.DataFrame(rows, columns=columns)}


def _seconds(decide: Decide, pair: int) -> float:
    """Time the second of two equal decisions: the first brings back the caches that another planner has used."""
    decide(pair)
    start = time.perf_counter()
    decide(pair)
    return time.perf_counter() - start


def _factored(rules: SimpleAlchemy, agent: Agent, stones: list[int], key: PRNGKeyArray) -> Decide:
    """Return the study's agent, compiled, with its states and keys made."""
    act = jax.jit(agent.act)
    memory = agent.init(rules.sample_task(key), key)
    keys = list(jax.random.split(key, len(stones)))
    states = [
        State(jnp.int32(stone), jnp.bool_(False), jnp.int32(ALL_FULL), jnp.int32(0)) for stone in stones
    ]

    def decide(pair: int) -> None:
        act(memory, states[pair], keys[pair]).block_until_ready()

    decide(0)
    return decide


def _flat(rules: SimpleAlchemy, cem: Cem, stones: list[int]) -> Decide:
    """Return the plain planner, with its tables made."""
    settings = Settings(cem.horizon, cem.particles, cem.elites, cem.iterations)
    planner = FlatCem(rules, DISCOUNT, settings)
    graphs = planner.likelihood.shape[-1]
    prior = np.full(graphs, 1 / graphs)

    def decide(pair: int) -> None:
        observed = Observed(stones[pair], False, ALL_FULL, 0)
        planner.first_action(observed, prior, np.random.default_rng(pair))

    return decide
