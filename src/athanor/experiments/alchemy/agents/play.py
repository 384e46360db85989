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

from athanor.experiments.alchemy.agents.config import Rollout, Simulation
from athanor.experiments.alchemy.agents.players import Agent, Told, build_agent, decide
from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.progress import progress
from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import posterior
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.environment import Alchemy, State

ENVIRONMENT, AGENT = 0, 1  # branches of the key
CHUNK = 100  # episodes between two lines of the log


def run(
    environment: Environment,
    simulation: Simulation,
    rollout: Rollout,
    key: PRNGKeyArray,
    agent: str,
) -> dict[str, pd.DataFrame]:
    """Return `scores`, one row per trial, and `entropy`, the bits that are unknown after each step of a trial.

    Of these the mean over episodes and its standard error. Step 0 is the start of a trial, its stones seen. The last
    step of a trial shows the stones of the next.
    """
    env = game_of(environment)
    player = build_agent(agent, env, simulation, rollout)
    rewards, bits = play(env, player, key, simulation.episodes)
    episode, trial = np.indices(rewards.shape)
    columns = {"episode": episode, "trial": trial, "score": rewards, "entropy": bits[..., -1]}
    table = {name: np.asarray(column).ravel() for name, column in columns.items()}
    return {
        "scores": pd.DataFrame({"agent": agent, **table}),
        "entropy": _mean_bits(agent, bits),
    }


def _mean_bits(agent: str, bits: Float[np.ndarray, "episode trial step"]) -> pd.DataFrame:
    """Return the mean over episodes by trial and step, with its standard error."""
    value, error = bits.mean(0, dtype=float), bits.std(0, ddof=1, dtype=float) / np.sqrt(len(bits))
    trial, step = np.indices(value.shape)
    columns = {"trial": trial + 1, "step": step, "value": value, "error": error, "episodes": len(bits)}
    return pd.DataFrame(
        {
            "agent": agent,
            **{name: np.broadcast_to(column, value.shape).ravel() for name, column in columns.items()},
        }
    )


def play(
    env: Alchemy, agent: Agent | Told, key: PRNGKeyArray, episodes: int
) -> tuple[Float[np.ndarray, "episode trial"], Float[np.ndarray, "episode trial step"]]:
    """Play episodes 0, 1, ...; what happens in one does not depend on how many there are."""
    chunk = min(CHUNK, episodes)
    numbers = np.arange(-(-episodes // chunk) * chunk).reshape(-1, chunk)  # the last ones may be surplus
    batch = chunk if agent.abreast else None
    compiled = jax.jit(partial(jax.lax.map, partial(play_one, env, agent, key), batch_size=batch))
    parts = [
        jax.tree.map(np.asarray, compiled(jnp.asarray(part)))
        for part in progress(numbers, len(numbers), f"chunks of {chunk} episodes:")
    ]
    rewards, bits = (np.concatenate(column)[:episodes] for column in zip(*parts, strict=True))
    return rewards, bits


def play_one(
    env: Alchemy, agent: Agent | Told, key: PRNGKeyArray, number: Int[Array, ""]
) -> tuple[Float[Array, "trial"], Float[Array, "trial step"]]:
    """Play an episode; return what each trial paid and the entropy of the posterior at each step, in bits."""
    ours, theirs = (jax.random.fold_in(jax.random.fold_in(key, i), number) for i in (ENVIRONMENT, AGENT))
    task_key, reset_key, step_key = jax.random.split(ours, 3)
    task = env.sample_task(task_key)
    start = env.reset(task, reset_key)

    def step(
        carry: tuple[State, Belief], time: Int[Array, ""]
    ) -> tuple[tuple[State, Belief], tuple[Array, Array]]:
        state, belief = carry
        seen = env.see(task, state)
        action = decide(agent, task, state, belief, seen, jax.random.fold_in(theirs, time))
        following, transition = env.step(task, state, action, jax.random.fold_in(step_key, time))
        belief = beliefs.update(env, belief, seen, action, env.see(task, following))
        return (following, belief), (transition.reward, posterior.entropy(belief))

    belief = beliefs.start(env, env.see(task, start))
    _, (rewards, bits) = jax.lax.scan(step, (start, belief), jnp.arange(env.steps))
    before = jnp.append(posterior.entropy(belief), bits[:-1])
    at_start = before.reshape(env.trials, env.trial_steps)[:, :1]
    bits = jnp.concatenate([at_start, bits.reshape(env.trials, env.trial_steps)], axis=1)
    return jnp.sum(rewards.reshape(env.trials, env.trial_steps), axis=1), bits
