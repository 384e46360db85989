"""The reference players of Alchemy: what each remembers and how it acts."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from athanor.experiments.alchemy.agents.config import Rollout, Simulation
from athanor.experiments.alchemy.agents.table import AGENTS
from athanor.tasks.alchemy import oracle, qmdp, rollout
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.chemistries import AXES
from athanor.tasks.alchemy.environment import Alchemy, Chemistry, Observation, State
from athanor.tasks.alchemy.hypotheses import as_if
from athanor.tasks.alchemy.posterior import sample_chemistry


class Agent(NamedTuple):
    """An agent that acts on the posterior and on what it sees."""

    act: Callable[[Belief, Observation, PRNGKeyArray], Int[Array, ""]]
    abreast: bool  # whether episodes are played side by side, or one by one since decisions differ in cost


class Told(NamedTuple):
    """An agent that is told the chemistry: the oracle."""

    act: Callable[[Chemistry, State], Int[Array, ""]]
    abreast: bool


def build_agent(name: str, env: Alchemy, simulation: Simulation, settings: Rollout) -> Agent | Told:
    """Return an agent by name, or say in one line which there are."""
    far = rollout.Lookahead(**settings.model_dump())
    near = far._replace(later_loss=0.0)
    agents: dict[str, Agent | Told] = {
        "random": Agent(partial(_random, env), True),
        "random_dips": Agent(partial(_random_dips, env), True),
        "deposit_positive": Agent(partial(_deposit_positive, env), True),
        "posterior_sampling": Agent(partial(_posterior_sampling, env), True),
        "qmdp": Agent(partial(qmdp.act, env, simulation.samples), False),
        "rollout": Agent(partial(rollout.act, env, near), False),
        "far_sighted": Agent(partial(rollout.act, env, far), False),
        "oracle": Told(partial(oracle.act, env), True),
    }
    if name not in agents:
        raise ValueError(f"agent is {name}, must be one of {', '.join(AGENTS)}")
    return agents[name]


def decide(
    agent: Agent | Told, task: Chemistry, state: State, belief: Belief, seen: Observation, key: PRNGKeyArray
) -> Int[Array, ""]:
    """Return the action of an agent, which gets what it may know and nothing else."""
    return agent.act(task, state) if isinstance(agent, Told) else agent.act(belief, seen, key)


def _random(env: Alchemy, belief: Belief, seen: Observation, key: PRNGKeyArray) -> Int[Array, ""]:
    """Act uniformly at random."""
    del belief, seen
    return jax.random.randint(key, (), 0, env.actions)


def _random_dips(env: Alchemy, belief: Belief, seen: Observation, key: PRNGKeyArray) -> Int[Array, ""]:
    """Dip random stones into random potions; deposit the best stone at once, others that pay when potions are used up.

    This is what the public agent named random is read to do.
    """
    del belief
    stone_key, potion_key = jax.random.split(key)
    stones, potions = seen.stones, seen.potions
    stone = jax.random.categorical(stone_key, jnp.where(stones, 0.0, -jnp.inf))
    potion = jax.random.categorical(potion_key, jnp.where(potions, 0.0, -jnp.inf))
    best = seen.values == AXES
    dip = env.no_op + 1 + stone * (env.potions + 1) + 1 + potion
    deposit = env.no_op + 1 + jnp.argmax(best) * (env.potions + 1)
    otherwise = jnp.where(jnp.any(stones) & jnp.any(potions), dip, _deposit_paying(env, seen))
    return jnp.where(jnp.any(best), deposit, otherwise).astype(jnp.int32)


def _deposit_positive(env: Alchemy, belief: Belief, seen: Observation, key: PRNGKeyArray) -> Int[Array, ""]:
    """Deposit every stone of positive value as it is, and use no potion."""
    del belief, key
    return _deposit_paying(env, seen)


def _deposit_paying(env: Alchemy, seen: Observation) -> Int[Array, ""]:
    paying = seen.values > 0
    deposit = env.no_op + 1 + jnp.argmax(paying) * (env.potions + 1)
    return jnp.where(jnp.any(paying), deposit, env.no_op).astype(jnp.int32)


def _posterior_sampling(env: Alchemy, belief: Belief, seen: Observation, key: PRNGKeyArray) -> Int[Array, ""]:
    """Draw a chemistry from the posterior before each step and act as its oracle does."""
    drawn = sample_chemistry(belief, key)
    return oracle.act(env, drawn, as_if(drawn, seen))
