"""The reference players of Alchemy: what each remembers and how it acts."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int, PRNGKeyArray

from athanor.experiments.alchemy.agents.config import Rollout, Simulation
from athanor.experiments.alchemy.agents.table import AGENTS
from athanor.tasks.alchemy import mean_plan, oracle, rollout
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.chemistries import VERTICES
from athanor.tasks.alchemy.environment import NO_POTION, NO_STONE, Alchemy, Chemistry, State
from athanor.tasks.alchemy.hypotheses import as_if
from athanor.tasks.alchemy.posterior import sample_chemistry
from athanor.tasks.alchemy.rules import REWARDS

BEST_STONE = VERTICES - 1
Act = Callable[[Chemistry, Belief, State, PRNGKeyArray], Int[Array, ""]]


class Agent(NamedTuple):
    """An agent that acts on the posterior; only the oracle reads the chemistry for more than how things look."""

    act: Act
    abreast: bool  # whether episodes are played side by side, or one by one since decisions differ in cost


def build_agent(name: str, env: Alchemy, simulation: Simulation, settings: Rollout) -> Agent:
    """Return an agent by name, or say in one line which there are."""
    far = rollout.Lookahead(**settings.model_dump())
    near = far._replace(later_loss=0.0)
    agents: dict[str, Agent] = {
        "random": Agent(partial(_random, env), True),
        "random_dips": Agent(partial(_random_dips, env), True),
        "deposit_positive": Agent(partial(_deposit_positive, env), True),
        "posterior_sampling": Agent(partial(_posterior_sampling, env), True),
        "mean_plan": Agent(partial(mean_plan.act, env, simulation.samples), False),
        "rollout": Agent(partial(rollout.act, env, near), False),
        "far_sighted": Agent(partial(rollout.act, env, far), False),
        "oracle": Agent(partial(_oracle, env), True),
    }
    if name not in agents:
        raise ValueError(f"agent is {name}, must be one of {', '.join(AGENTS)}")
    return agents[name]


def _random(env: Alchemy, task: Chemistry, belief: Belief, state: State, key: PRNGKeyArray) -> Int[Array, ""]:
    """Act uniformly at random."""
    del task, belief, state
    return jax.random.randint(key, (), 0, env.actions)


def _random_dips(
    env: Alchemy, task: Chemistry, belief: Belief, state: State, key: PRNGKeyArray
) -> Int[Array, ""]:
    """Dip random stones into random potions; deposit the best stone at once, others that pay when potions are used up.

    This is what the public agent named random is read to do.
    """
    del task, belief
    stone_key, potion_key = jax.random.split(key)
    stones, potions = state.stones != NO_STONE, state.potions != NO_POTION
    stone = jax.random.categorical(stone_key, jnp.where(stones, 0.0, -jnp.inf))
    potion = jax.random.categorical(potion_key, jnp.where(potions, 0.0, -jnp.inf))
    best = state.stones == BEST_STONE
    dip = env.no_op + 1 + stone * (env.potions + 1) + 1 + potion
    deposit = env.no_op + 1 + jnp.argmax(best) * (env.potions + 1)
    otherwise = jnp.where(jnp.any(stones) & jnp.any(potions), dip, _deposit_paying(env, state))
    return jnp.where(jnp.any(best), deposit, otherwise).astype(jnp.int32)


def _deposit_positive(
    env: Alchemy, task: Chemistry, belief: Belief, state: State, key: PRNGKeyArray
) -> Int[Array, ""]:
    """Deposit every stone of positive value as it is, and use no potion."""
    del task, belief, key
    return _deposit_paying(env, state)


def _deposit_paying(env: Alchemy, state: State) -> Int[Array, ""]:
    paying = jnp.asarray(np.append(REWARDS > 0, False))[state.stones]
    deposit = env.no_op + 1 + jnp.argmax(paying) * (env.potions + 1)
    return jnp.where(jnp.any(paying), deposit, env.no_op).astype(jnp.int32)


def _posterior_sampling(
    env: Alchemy, task: Chemistry, belief: Belief, state: State, key: PRNGKeyArray
) -> Int[Array, ""]:
    """Draw a chemistry from the posterior before each step and act as its oracle does."""
    drawn = sample_chemistry(belief, key)
    return oracle.act(env, drawn, as_if(task, drawn, state))


def _oracle(env: Alchemy, task: Chemistry, belief: Belief, state: State, key: PRNGKeyArray) -> Int[Array, ""]:
    """Act optimally for the trial, the chemistry known."""
    del belief, key
    return oracle.act(env, task, state)
