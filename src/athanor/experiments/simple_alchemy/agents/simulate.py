"""Play one agent on the study's common episodes.

Graph, first stones and resets depend on the run's key and the episode's number only, so every agent meets the same
episodes; its own random numbers come from another branch of the key.
"""

import logging
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray

from athanor.experiments.progress import progress
from athanor.experiments.simple_alchemy.agents.config import Planners, Simulation
from athanor.experiments.simple_alchemy.agents.players import (
    Agent,
    Memory,
    build_agent,
    rules_of,
)
from athanor.experiments.simple_alchemy.agents.table import OWN
from athanor.experiments.simple_alchemy.config import Environment
from athanor.results import read_arrays
from athanor.tasks.simple_alchemy.bayes_optimal import Policy, load_policy
from athanor.tasks.simple_alchemy.belief import Belief, consistent, count_graphs
from athanor.tasks.simple_alchemy.decisions import decision_classes
from athanor.tasks.simple_alchemy.environment import NO_OP, CausalGraph, SimpleAlchemy, State
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs

ENVIRONMENT, AGENT = 0, 1  # branches of the key
COLUMNS = [
    "family",
    "agent",
    "budget",
    "episode",
    "trial",
    "return",
    "consistent_graphs",
    "gathered_bits",
    "useless_bits",
]
CHUNK = 50  # episodes between two lines of the log
log = logging.getLogger(__name__)


class Record(NamedTuple):
    """What is kept of a step."""

    state: State
    belief: Belief
    action: Int[Array, ""]
    reward: Float[Array, ""]


class Keys(NamedTuple):
    """The two sources of randomness of an episode."""

    environment: PRNGKeyArray
    agent: PRNGKeyArray


class Episodes(NamedTuple):
    """Episodes played: their graphs and their steps."""

    task: CausalGraph  # (episode, ...)
    record: Record  # (episode, step, ...)


def run(
    environment: Environment,
    simulation: Simulation,
    planners: Planners,
    key: PRNGKeyArray,
    policy: tuple[Path, ...],
    family: str,
    agent: str,
    budget: int,
) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `returns` (undiscounted, one row per trial) and `trajectories` (arrays by episode and step).

    `policy` holds the exact policy's file for the agents that play it, and nothing for the others.
    """
    rules = rules_of(environment, family)
    player = build_agent(agent, rules, planners, read_policy(policy), budget)
    played = play(rules, player, key, episodes_of(simulation, family, budget))
    returns = _returns(rules, played).assign(family=family, agent=agent, budget=budget)
    return {"returns": returns[COLUMNS], "trajectories": _trajectories(rules, played)}


def episodes_of(simulation: Simulation, family: str, budget: int) -> int:
    """Return how many episodes an agent plays; other planning budgets than the main ones play fewer."""
    if family == "all":
        return simulation.episodes_all
    return simulation.episodes_three_edges if budget == OWN else simulation.episodes_budgets


def _returns(rules: SimpleAlchemy, played: Episodes) -> pd.DataFrame:
    """Return the undiscounted return of each trial, and what is known at its end.

    That is how many graphs are still consistent, the bits gathered so far, and those of them that change no decision: what
    tells graphs apart under which the oracle acts alike. The latter have no value on the whole family, and are negative where
    what was seen leaves more of such graphs among fewer others.
    """
    count = len(played.record.reward)
    trials = played.record.reward.astype(float).reshape(count, rules.trials, -1).sum(axis=2)
    last = played.record.belief[:, rules.trial_steps - 1 :: rules.trial_steps]  # the last step shows nothing
    episode, trial = np.indices(trials.shape)
    left = np.asarray(jax.vmap(jax.vmap(count_graphs))(last))
    gathered = np.log2(len(enumerate_graphs(rules.family).edge_set)) - np.log2(left)
    useless = (
        gathered - _decision_bits(rules, jnp.asarray(last))
        if rules.family == "three_edges"
        else np.nan * gathered
    )
    columns = {
        "episode": episode,
        "trial": trial,
        "return": trials,
        "consistent_graphs": left,
        "gathered_bits": gathered.round(4),
        "useless_bits": useless.round(4) + 0.0,  # not -0
    }
    return pd.DataFrame({name: np.asarray(column).ravel() for name, column in columns.items()})


def _decision_bits(
    rules: SimpleAlchemy, beliefs: Int[Array, "episode trial pair attribute"]
) -> Float[np.ndarray, "episode trial"]:
    """Return the bits gathered about what the oracle would do: the fall of the entropy over classes of graphs."""
    graphs, classes = enumerate_graphs(rules.family), decision_classes(rules)
    possible = np.asarray(jax.vmap(jax.vmap(partial(consistent, graphs)))(beliefs), float)
    before, after = (
        entropy(graph @ np.eye(classes.max() + 1)[classes]) for graph in (np.ones(len(classes)), possible)
    )
    return before - after


def entropy(counts: Float[np.ndarray, "*batch outcome"]) -> Float[np.ndarray, "*batch"]:
    """Return the entropy in bits of outcomes that were counted."""
    share = counts / counts.sum(-1, keepdims=True)
    return np.asarray(-(share * np.log2(np.where(share > 0, share, 1.0))).sum(-1))


def read_policy(paths: tuple[Path, ...]) -> Policy | None:
    """Read the exact policy, if its file is given."""
    return load_policy(read_arrays(paths[0])) if paths else None


def play(rules: SimpleAlchemy, agent: Agent, key: PRNGKeyArray, episodes: int) -> Episodes:
    """Play episodes 0, 1, ...; what happens in one does not depend on how many there are."""
    chunk = min(CHUNK, episodes)
    numbers = np.arange(-(-episodes // chunk) * chunk).reshape(-1, chunk)  # the last ones may be surplus
    compiled = jax.jit(partial(_play_chunk, rules, agent, key))
    parts = [
        jax.tree.map(np.asarray, compiled(jnp.asarray(part)))
        for part in progress(numbers, len(numbers), f"chunks of {chunk} episodes:")
    ]
    return jax.tree.map(lambda *leaves: np.concatenate(leaves)[:episodes], *parts)


def _play_chunk(
    rules: SimpleAlchemy, agent: Agent, key: PRNGKeyArray, numbers: Int[Array, "episode"]
) -> Episodes:
    """Play some episodes, all abreast or one by one."""
    groups = numbers.reshape(1 if agent.abreast else -1, len(numbers) if agent.abreast else 1)
    played = jax.lax.map(partial(_play_group, rules, agent, key), groups)
    return jax.tree.map(lambda leaf: leaf.reshape(len(numbers), *leaf.shape[2:]), played)


def _play_group(
    rules: SimpleAlchemy, agent: Agent, key: PRNGKeyArray, numbers: Int[Array, "episode"]
) -> Episodes:
    """Play episodes in step with each other."""
    branches = [jax.random.fold_in(key, branch) for branch in (ENVIRONMENT, AGENT)]
    keys = Keys(*(jax.vmap(jax.random.fold_in, (None, 0))(branch, numbers) for branch in branches))
    task, state, memory = jax.vmap(partial(_begin, rules, agent))(keys)

    def step(carry: tuple[State, Memory], time: Int[Array, ""]) -> tuple[tuple[State, Memory], Record]:
        state, memory = carry
        now = jax.vmap(lambda keys: Keys(*(jax.random.fold_in(key, 1 + time) for key in keys)))(keys)
        action = _decide(agent, memory, state, now.agent)
        advance = jax.vmap(partial(_advance, rules, agent))
        next_state, next_memory, reward = advance(task, state, memory, action, now)
        return (next_state, next_memory), Record(state, memory.belief, action, reward)

    _, record = jax.lax.scan(step, (state, memory), jnp.arange(rules.steps))
    return Episodes(task, jax.tree.map(lambda leaf: jnp.swapaxes(leaf, 0, 1), record))


def _decide(agent: Agent, memory: Memory, state: State, keys: Key[Array, "episode"]) -> Int[Array, "episode"]:
    """Ask the agent for actions, unless all stones lie in the cauldron: there, nothing can be decided."""

    def act() -> Int[Array, "episode"]:
        chosen = jax.vmap(agent.act)(memory, state, keys).astype(jnp.int32)
        return jnp.where(state.in_cauldron, NO_OP, chosen)

    return jax.lax.cond(jnp.all(state.in_cauldron), lambda: jnp.full_like(state.stone, NO_OP), act)


def _begin(rules: SimpleAlchemy, agent: Agent, keys: Keys) -> tuple[CausalGraph, State, Memory]:
    """Start an episode: draw the graph and the first stone."""
    task_key, reset_key = jax.random.split(jax.random.fold_in(keys.environment, 0))
    task = rules.sample_task(task_key)
    return task, rules.reset(task, reset_key), agent.init(task, jax.random.fold_in(keys.agent, 0))


def _advance(
    rules: SimpleAlchemy,
    agent: Agent,
    task: CausalGraph,
    state: State,
    memory: Memory,
    action: Int[Array, ""],
    keys: Keys,
) -> tuple[State, Memory, Float[Array, ""]]:
    """Take a step, and let the agent see it."""
    following, transition = rules.step(task, state, action, keys.environment)
    memory = agent.update(memory, state, action, following, jax.random.fold_in(keys.agent, 0))
    return following, memory, transition.reward


def _trajectories(rules: SimpleAlchemy, played: Episodes) -> dict[str, np.ndarray]:
    """Return the steps of all episodes, and the posterior over all graphs in the first one of the small family."""
    record = played.record
    counts = jax.jit(jax.vmap(jax.vmap(count_graphs)))(record.belief)
    steps = {
        "reward": record.reward,
        "stone": record.state.stone.astype(np.int8),
        "in_cauldron": record.state.in_cauldron,
        "action": record.action.astype(np.int8),
        "consistent_graphs": counts,
        "start_stone": record.state.stone[:, :: rules.trial_steps].astype(np.int8),
        "attribute_of_pair": played.task.attribute_of_pair.astype(np.int8),
        "edge_present": played.task.edge_present,
    }
    arrays = {name: np.asarray(array) for name, array in steps.items()}
    if rules.family == "three_edges":
        arrays["posterior"] = _posterior(rules, jnp.asarray(record.belief[0]))
    return arrays


def _posterior(rules: SimpleAlchemy, beliefs: Int[Array, "step pair attribute"]) -> np.ndarray:
    """Return the posterior over all graphs before each step; after the last one it is as before it."""
    graphs = enumerate_graphs(rules.family)
    possible = np.asarray(jax.vmap(partial(consistent, graphs))(beliefs))
    posterior = possible / possible.sum(axis=1, keepdims=True)
    return np.concatenate([posterior, posterior[-1:]]).astype(np.float32)
