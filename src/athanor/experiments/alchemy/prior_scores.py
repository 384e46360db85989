"""Mean scores over the prior: the oracle's over very many episodes, less what an agent loses to it on those played.

Episodes differ in what can be earned far more than in what an agent loses, and planning them as the oracle takes
microseconds: the oracle is a control variate whose mean is known as well as one likes.
"""

from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_prior_scores import PriorScores
from athanor.experiments.alchemy.config_published import Published
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.summary_gaps import ON_POSTERIOR, by_trial
from athanor.experiments.progress import progress
from athanor.reporting.quantities import COLUMNS, estimated, exactly
from athanor.reporting.statistics import Estimate, mean
from athanor.results import read_table
from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.environment import Alchemy, alchemy

CHUNK = 10_000  # episodes planned side by side, at most


def run(
    environment: Environment,
    prior_scores: PriorScores,
    published: Published,
    statistics: Statistics,
    key: PRNGKeyArray,
    scores: Path,
) -> dict[str, pd.DataFrame]:
    """Return the quantities; an agent's interval has the ends of both parts, and is wider than it need be.

    If in the first trial none loses less on average than the published ideal observer, none earns more than
    `prior_score_bound`.
    """
    plan_key, resampling_key = jax.random.split(key)
    rng = np.random.default_rng(np.asarray(jax.random.key_data(resampling_key)))
    estimate = partial(
        mean, rng=rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples
    )
    chunk = min(CHUNK, prior_scores.episodes // 2)
    planned = plan(alchemy(environment.rules()), plan_key, chunk, prior_scores.episodes // chunk)
    best = estimate(planned)
    bound = Estimate(*(end - published.first_trial_gap for end in best))
    quantities = [
        exactly("prior_episodes", len(planned) * chunk, "d", "episodes", "episodes planned by the oracle"),
        estimated("prior_score_oracle", best, ".2f", "", "mean score of the oracle over the prior"),
        estimated("prior_score_bound", bound, ".2f", "", "the same less the published loss of a first trial"),
    ]
    table = read_table(scores)
    of_oracle = by_trial(table, "oracle", "score").sum(1)
    for agent in ON_POSTERIOR:
        lost = estimate(of_oracle - by_trial(table, agent, "score").sum(1))
        found = Estimate(best.value - lost.value, best.low - lost.high, best.high - lost.low)
        text = f"mean score of {agent.replace('_', ' ')} over the prior: the oracle's, less the loss to it"
        quantities.append(estimated(f"prior_score_{agent}", found, ".2f", "", text))
    return {"prior_scores_quantities": pd.DataFrame(quantities, columns=COLUMNS)}


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
