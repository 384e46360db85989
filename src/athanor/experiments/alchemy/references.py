"""What players that do not learn score on given chemistries, and small statistics over training runs."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.alchemy.agents import build_agent, decide
from athanor.experiments.alchemy.config_agents import Rollout, Simulation
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.reporting.statistics import Estimate, mean
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


def _over_episodes(
    episode: Callable[[Chemistry, PRNGKeyArray], Array], tasks: Chemistry, episodes: int, key: PRNGKeyArray
) -> Scores:
    keys = jax.random.split(key, (len(tasks.graph), episodes))
    whole = jax.jit(jax.vmap(jax.vmap(episode, in_axes=(None, 0))))
    return np.asarray(whole(tasks, keys), float)


def over_seeds(
    values: Float[np.ndarray, "seed"], statistics: Statistics, rng: np.random.Generator
) -> Estimate:
    """Estimate a mean over training runs; what diverged does not count."""
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        value = float(finite.mean()) if len(finite) else float("nan")
        return Estimate(value, float("nan"), float("nan"))
    found = mean(finite, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples)
    return Estimate(found.value, min(found.low, found.value), max(found.high, found.value))
