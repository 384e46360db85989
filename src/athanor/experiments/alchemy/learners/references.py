"""What players that do not learn score on given chemistries."""

from collections.abc import Callable, Sequence
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.alchemy.agents.config import Rollout, Simulation
from athanor.experiments.alchemy.agents.players import build_agent, decide
from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.environment import Alchemy, Chemistry, State

Scores = Float[np.ndarray, "task episode"]


def oracle_scores(env: Alchemy, tasks: Chemistry, episodes: int, key: PRNGKeyArray) -> Scores:
    """Return what the oracle scores."""
    return _over_episodes(partial(oracle.plan_episode, env), tasks, episodes, key)


def played_scores(env: Alchemy, name: str, tasks: Chemistry, episodes: int, key: PRNGKeyArray) -> Scores:
    """Return what a player scores that does not look at its belief."""
    player = build_agent(name, env, Simulation(), Rollout())

    def episode(task: Chemistry, key: PRNGKeyArray) -> Float[Array, ""]:
        reset_key, *keys = jax.random.split(key, 3)
        start = env.reset(task, reset_key)
        belief = beliefs.start(env, env.see(task, start))

        def step(state: State, keys: Array) -> tuple[State, Float[Array, ""]]:
            action = decide(player, task, state, belief, env.see(task, state), keys[0])
            state, transition = env.step(task, state, action, keys[1])
            return state, transition.reward

        pairs = jax.vmap(lambda key: jax.random.split(key, env.steps), out_axes=1)(jnp.stack(keys))
        return jnp.sum(jax.lax.scan(step, start, pairs)[1])

    return _over_episodes(episode, tasks, episodes, key)


def table_of(
    env: Alchemy, players: Sequence[str], tasks: Chemistry, episodes: int, key: PRNGKeyArray
) -> pd.DataFrame:
    """Return the scores of players and of the oracle: one row per chemistry (its place), player and episode."""
    keys = jax.random.split(key, 1 + len(players))
    scores = {"oracle": oracle_scores(env, tasks, episodes, keys[0])}
    scores |= {
        name: played_scores(env, name, tasks, episodes, own)
        for name, own in zip(players, keys[1:], strict=True)
    }
    tables = []
    for player, values in scores.items():
        place, episode = (axis.ravel() for axis in np.indices(values.shape))
        columns = {"place": place, "player": player, "episode": episode, "score": values.ravel()}
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def _over_episodes(
    episode: Callable[[Chemistry, PRNGKeyArray], Array], tasks: Chemistry, episodes: int, key: PRNGKeyArray
) -> Scores:
    keys = jax.random.split(key, (len(tasks.graph), episodes))
    whole = jax.jit(jax.vmap(jax.vmap(episode, in_axes=(None, 0))))
    return np.asarray(whole(tasks, keys), float)
