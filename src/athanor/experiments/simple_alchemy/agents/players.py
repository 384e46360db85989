"""The agents that play Simple Alchemy: one interface, one factory.

Every agent carries the exact belief, whether it acts on it or not, so that what it could know is recorded.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from athanor.experiments.simple_alchemy.agents import information_directed
from athanor.experiments.simple_alchemy.agents.config import Cem, Planners, TreeSearch
from athanor.experiments.simple_alchemy.agents.table import OWN, POLICY_AGENTS
from athanor.experiments.simple_alchemy.config import Environment
from athanor.planning import cem as cross_entropy
from athanor.planning import tree_search as search
from athanor.tasks.simple_alchemy import bayes_optimal, belief, oracle
from athanor.tasks.simple_alchemy.belief import Belief
from athanor.tasks.simple_alchemy.belief_model import SimpleAlchemyBelief
from athanor.tasks.simple_alchemy.environment import (
    ACTIONS,
    FIRST_DIP,
    CausalGraph,
    SimpleAlchemy,
    State,
    is_dip,
    vertex_of,
)
from athanor.tasks.simple_alchemy.graphs import FAMILIES, POTIONS
from athanor.tasks.simple_alchemy.search_model import BeliefState, SimpleAlchemySearch

Action = Int[Array, ""]
DISCOUNT = 1.0  # agents maximise what the yardstick measures: the undiscounted return
PLANNERS = ("cem", "tree_search")


class Memory(NamedTuple):
    """What an agent remembers."""

    belief: Belief
    own: Any  # a pytree of the agent's own


class Agent(NamedTuple):
    """An agent: pure functions, written for one episode."""

    init: Callable[[CausalGraph, PRNGKeyArray], Memory]  # only the oracle may look at the graph
    act: Callable[[Memory, State, PRNGKeyArray], Action]  # for a stone outside the cauldron
    update: Callable[[Memory, State, Action, State, PRNGKeyArray], Memory]
    abreast: bool  # whether many episodes side by side are faster than one by one


class _Policy(NamedTuple):
    """What tells agents apart; `build_agent` adds the belief."""

    init: Callable[[CausalGraph, Belief, PRNGKeyArray], Any]
    act: Callable[[Memory, State, PRNGKeyArray], Action]
    update: Callable[[Memory, State, Action, State, PRNGKeyArray], Any]  # memory with the new belief
    abreast: bool = False


def rules_of(environment: Environment, family: str) -> SimpleAlchemy:
    """Return the game of the configuration."""
    if family not in FAMILIES:
        raise ValueError(f"family is {family}, must be one of {', '.join(FAMILIES)}")
    return SimpleAlchemy(
        family,
        vertex_of(environment.goal),
        environment.trials,
        environment.trial_steps,
    )


def build_agent(
    name: str,
    rules: SimpleAlchemy,
    planners: Planners,
    policy: bayes_optimal.Policy | None = None,
    budget: int = OWN,
) -> Agent:
    """Return an agent by its name; `policy` is what POLICY_AGENTS play, `budget` a planner's if not its section's."""
    if name == "cem":
        chosen = _cem(rules, planners.cem, budget or planners.cem.particles)
    elif name == "tree_search":
        chosen = _tree_search(rules, planners.tree_search, budget or planners.tree_search.simulations)
    elif name in POLICY_AGENTS:
        if policy is None:
            raise ValueError(f"agent {name} needs the exact policy")
        chosen = _exact(rules, policy, greedy=name == "greedy")
    else:
        plain = {
            "oracle": _oracle(rules),
            "posterior_sampling": _posterior_sampling(rules),
            "information_directed": _information_directed(rules),
            "random": _random(),
        }
        if name not in plain:
            known = ", ".join([*plain, *POLICY_AGENTS, *PLANNERS])
            raise ValueError(f"agent is {name}, must be one of {known}")
        chosen = plain[name]
    return _with_belief(rules, chosen)


def _with_belief(rules: SimpleAlchemy, policy: _Policy) -> Agent:
    """Let an agent carry the exact belief."""

    def init(task: CausalGraph, key: PRNGKeyArray) -> Memory:
        prior = belief.prior(rules.family)
        return Memory(prior, policy.init(task, prior, key))

    def update(memory: Memory, state: State, action: Action, next_state: State, key: PRNGKeyArray) -> Memory:
        seen = Memory(update_belief(rules, memory.belief, state, action, next_state), memory.own)
        return Memory(seen.belief, policy.update(seen, state, action, next_state, key))

    return Agent(init, policy.act, update, policy.abreast)


def update_belief(
    rules: SimpleAlchemy, prior: Belief, state: State, action: Action, next_state: State
) -> Belief:
    """Condition the belief on a step; the last step of a trial shows nothing, since the stone is drawn anew."""
    potion = jnp.clip(action - FIRST_DIP, 0, POTIONS - 1)
    shown = is_dip(state, action) & ~starts_trial(rules, next_state)
    dipped = jnp.where(shown, next_state.stone, state.stone)
    posterior = belief.update(rules.family, prior, state.stone, potion, dipped)
    return jnp.where(shown, posterior, prior)


def starts_trial(rules: SimpleAlchemy, state: State) -> Bool[Array, ""]:
    """Return whether a state is the first of a trial (or the end of the episode)."""
    return state.time % rules.trial_steps == 0


def _nothing(*_: object) -> tuple[()]:
    """Keep nothing besides the belief."""
    return ()


def _keep(memory: Memory, *_: object) -> Any:
    """Keep one's own memory as it is."""
    return memory.own


def _oracle(rules: SimpleAlchemy) -> _Policy:
    """Know the graph, and act by value iteration."""
    return _Policy(
        init=lambda task, prior, key: oracle.value_iteration(rules, task, DISCOUNT),
        act=lambda memory, state, key: oracle.act(rules, memory.own, state),
        update=_keep,
    )


def _random() -> _Policy:
    """Draw every action uniformly."""
    return _Policy(_nothing, lambda memory, state, key: jax.random.randint(key, (), 0, ACTIONS), _nothing)


def _posterior_sampling(rules: SimpleAlchemy) -> _Policy:
    """Draw a graph from the posterior at the start of each trial, and act in the trial as its oracle would.

    Thompson (1933); for episodic control Strens (2000), Osband et al. (2013).
    """

    def solve(posterior: Belief, key: PRNGKeyArray) -> oracle.Solution:
        return oracle.value_iteration(rules, belief.sample_graph(rules.family, posterior, key), DISCOUNT)

    def update(
        memory: Memory, state: State, action: Action, next_state: State, key: PRNGKeyArray
    ) -> oracle.Solution:
        resolve = partial(solve, memory.belief, key)
        return jax.lax.cond(starts_trial(rules, next_state), resolve, lambda: memory.own)

    return _Policy(
        init=lambda task, prior, key: solve(prior, key),
        act=lambda memory, state, key: oracle.act(rules, memory.own, state),
        update=update,
    )


def _information_directed(rules: SimpleAlchemy) -> _Policy:
    """Weigh the regret of an action within the trial against what it tells of the graph."""
    weigh = information_directed.costs(rules)

    def act(memory: Memory, state: State, key: PRNGKeyArray) -> Action:
        return information_directed.act(weigh, memory.belief, state, key)

    return _Policy(_nothing, act, _nothing, abreast=True)


def _exact(rules: SimpleAlchemy, policy: bayes_optimal.Policy, *, greedy: bool) -> _Policy:
    """Play the exact policy: of the episode's remaining trials, or always as if this trial were the last."""

    def act(memory: Memory, state: State, key: PRNGKeyArray) -> Action:
        left = jnp.int32(1) if greedy else rules.trials - state.time // rules.trial_steps
        return bayes_optimal.act(policy, memory.own, state, left)

    def update(
        memory: Memory, state: State, action: Action, next_state: State, key: PRNGKeyArray
    ) -> bayes_optimal.Position:
        return bayes_optimal.update(rules, policy, memory.own, state, action, next_state)

    return _Policy(lambda task, prior, key: bayes_optimal.start(policy), act, update)


def _cem(rules: SimpleAlchemy, section: Cem, particles: int) -> _Policy:
    """Plan with CEM on the exact belief; another number of particles keeps the section's share of elites."""
    elites = max(1, round(particles * section.elites / section.particles))
    settings = cross_entropy.Settings(section.horizon, particles, elites, section.iterations)
    model = SimpleAlchemyBelief(rules, DISCOUNT)

    def act(memory: Memory, state: State, key: PRNGKeyArray) -> Action:
        plan = cross_entropy.plan(model, settings, model.pack(state, memory.belief), key)
        return cross_entropy.first_action(plan)

    return _Policy(_nothing, act, _nothing)


def _tree_search(rules: SimpleAlchemy, section: TreeSearch, simulations: int) -> _Policy:
    """Plan with tree search on the exact belief."""
    model = SimpleAlchemySearch(rules, DISCOUNT)
    settings = search.Settings(simulations, section.exploration)

    def act(memory: Memory, state: State, key: PRNGKeyArray) -> Action:
        return search.search(model, settings, BeliefState(state, memory.belief), key).action

    return _Policy(_nothing, act, _nothing, abreast=True)
