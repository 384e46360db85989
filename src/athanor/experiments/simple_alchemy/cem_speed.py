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
from athanor.experiments.simple_alchemy.agents import DISCOUNT, build_agent, rules_of
from athanor.experiments.simple_alchemy.config import Cem, Environment, TreeSearch
from athanor.experiments.simple_alchemy.config import CemSpeed as CemSpeedSection
from athanor.experiments.simple_alchemy.flat_cem import FlatCem, Observed
from athanor.planning.cem import Settings
from athanor.tasks.simple_alchemy.environment import ALL_FULL, SimpleAlchemy, State
from athanor.tasks.simple_alchemy.graphs import FAMILIES, VERTICES

MEASURES_TIME = True

Decide = Callable[[int, int], None]  # pair, stone


def run(
    environment: Environment, cem: Cem, tree_search: TreeSearch, cem_speed: CemSpeedSection, key: PRNGKeyArray
) -> dict[str, pd.DataFrame]:
    """Return `cem_speed`: a row a timed decision of each implementation and family."""
    planners: dict[tuple[str, str], Decide] = {}
    for family in FAMILIES:
        rules = rules_of(environment, family)
        planners["jax_factored", family] = _factored(rules, cem, tree_search, key)
        planners["numpy_flat", family] = _flat(rules, cem)
    rows = []
    for pair in progress(range(cem_speed.pairs), cem_speed.pairs, "pairs timed:"):
        rows += [(*name, pair, _seconds(decide, pair)) for name, decide in planners.items()]
    columns = ["implementation", "family", "pair", "seconds_per_decision"]
    return {"cem_speed": pd.DataFrame(rows, columns=columns)}


def _seconds(decide: Decide, pair: int) -> float:
    start = time.perf_counter()
    decide(pair, pair % VERTICES)
    return time.perf_counter() - start


def _factored(rules: SimpleAlchemy, cem: Cem, tree_search: TreeSearch, key: PRNGKeyArray) -> Decide:
    """Return the study's agent, compiled."""
    agent = build_agent("cem", rules, cem, tree_search)
    act = jax.jit(agent.act)
    memory = agent.init(rules.sample_task(key), key)

    def decide(pair: int, stone: int) -> None:
        state = State(jnp.int32(stone), jnp.bool_(False), jnp.int32(ALL_FULL), jnp.int32(0))
        act(memory, state, jax.random.fold_in(key, pair)).block_until_ready()

    decide(0, 0)
    return decide


def _flat(rules: SimpleAlchemy, cem: Cem) -> Decide:
    """Return the plain planner, with its tables made."""
    settings = Settings(cem.horizon, cem.particles, cem.elites, cem.iterations)
    planner = FlatCem(rules, DISCOUNT, settings)
    graphs = planner.likelihood.shape[-1]
    prior = np.full(graphs, 1 / graphs)

    def decide(pair: int, stone: int) -> None:
        planner.first_action(Observed(stone, False, ALL_FULL, 0), prior, np.random.default_rng(pair))

    return decide
