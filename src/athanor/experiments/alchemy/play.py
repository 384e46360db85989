"""Play one agent on the study's common episodes.

Chemistry and items depend on the run's key and the episode's number only, so every agent meets the same episodes; its
own random numbers come from another branch of the key.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.experiments.alchemy.agents import Agent, build_agent
from athanor.experiments.alchemy.config_agents import Simulation
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.progress import progress
from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import posterior
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.environment import Alchemy, State, alchemy

ENVIRONMENT, AGENT = 0, 1  # branches of the key
CHUNK = 100  # episodes between two lines of the log


def run(
    environment: Environment, simulation: Simulation, key: PRNGKeyArray, agent: str
) -> dict[str, pd.DataFrame]:
    """Return `scores`: what each trial paid and how many bits of the chemistry were unknown at its end."""
    env = alchemy(environment.rules())
    player = build_agent(agent, env, simulation.samples)
    rewards, bits = play(env, player, key, simulation.episodes)
    episode, trial = np.indices(rewards.shape)
    columns = {"episode": episode, "trial": trial, "score": rewards, "entropy": bits}
    table = {name: np.asarray(column).ravel() for name, column in columns.items()}
    return {"scores": pd.DataFrame({"agent": agent, **table})}


def play(
    env: Alchemy, agent: Agent, key: PRNGKeyArray, episodes: int
) -> tuple[Float[np.ndarray, "episode trial"], Float[np.ndarray, "episode trial"]]:
    """Play episodes 0, 1, ...; what happens in one does not depend on how many there are."""
    chunk = min(CHUNK, episodes)
    numbers = np.arange(-(-episodes // chunk) * chunk).reshape(-1, chunk)  # the last ones may be surplus
    batch = chunk if agent.abreast else None
    compiled = jax.jit(partial(jax.lax.map, partial(_play_one, env, agent, key), batch_size=batch))
    parts = [
        jax.tree.map(np.asarray, compiled(jnp.asarray(part)))
        for part in progress(numbers, len(numbers), f"chunks of {chunk} episodes:")
    ]
    rewards, bits = (np.concatenate(column)[:episodes] for column in zip(*parts, strict=True))
    return rewards, bits


def _play_one(
    env: Alchemy, agent: Agent, key: PRNGKeyArray, number: Int[Array, ""]
) -> tuple[Float[Array, "trial"], Float[Array, "trial"]]:
    """Play an episode; return what each trial paid and the entropy of the posterior at its end, in bits."""
    ours, theirs = (jax.random.fold_in(jax.random.fold_in(key, i), number) for i in (ENVIRONMENT, AGENT))
    task_key, reset_key, step_key = jax.random.split(ours, 3)
    task = env.sample_task(task_key)
    start = env.reset(task, reset_key)

    def step(carry: tuple[State, Belief], time: Int[Array, ""]) -> tuple[tuple[State, Belief], Array]:
        state, belief = carry
        action = agent.act(task, belief, state, jax.random.fold_in(theirs, time))
        following, transition = env.step(task, state, action, jax.random.fold_in(step_key, time))
        return (following, beliefs.update(env, task, belief, state, action, following)), transition.reward

    def trial(
        carry: tuple[State, Belief], times: Int[Array, "step"]
    ) -> tuple[tuple[State, Belief], tuple[Array, Array]]:
        carry, rewards = jax.lax.scan(step, carry, times)
        return carry, (jnp.sum(rewards), posterior.entropy(carry[1]))

    times = jnp.arange(env.steps).reshape(env.trials, env.trial_steps)
    return jax.lax.scan(trial, (start, beliefs.start(env, task, start)), times)[1]
