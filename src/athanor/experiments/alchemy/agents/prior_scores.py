"""Plan very many episodes as the oracle: its mean score over the prior.

Episodes differ in what can be earned far more than in what an agent loses, and planning them as the oracle takes
microseconds: the oracle is a control variate whose mean is known as well as one likes. An agent's mean over the prior
is the oracle's, less what the agent loses to it on the episodes played.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.experiments.alchemy.agents.config import PriorScores
from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.progress import progress
from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.environment import Alchemy

CHUNK = 10_000  # episodes planned side by side, at most


def run(environment: Environment, prior_scores: PriorScores, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `oracle_means`: the oracle's mean score of each chunk of episodes, and how many those are."""
    plan_key, _ = jax.random.split(key)
    chunk = min(CHUNK, prior_scores.episodes // 2)
    planned = plan(game_of(environment), plan_key, chunk, prior_scores.episodes // chunk)
    columns = {"chunk": range(len(planned)), "episodes": chunk, "score": planned}
    return {"oracle_means": pd.DataFrame(columns)}


def plan(env: Alchemy, key: PRNGKeyArray, chunk: int, chunks: int) -> Float[np.ndarray, "chunk"]:
    """Return the oracle's mean score over each chunk of episodes, each on a chemistry of its own."""

    def episode(key: PRNGKeyArray) -> Int[Array, ""]:
        task_key, items_key = jax.random.split(key)
        return oracle.plan_episode(env, env.sample_task(task_key), items_key)

    @jax.jit
    def mean_of(number: Int[Array, ""]) -> Float[Array, ""]:
        keys = jax.random.split(jax.random.fold_in(key, number), chunk)
        return jnp.mean(jax.vmap(episode)(keys).astype(jnp.float32))

    numbers = progress(range(chunks), chunks, f"chunks of {chunk} episodes:")
    return np.array([mean_of(jnp.int32(number)) for number in numbers], float)
