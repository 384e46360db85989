"""Time an episode of each agent, on one core, as experiment `play` plays it."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.agents import build_agent
from athanor.experiments.alchemy.config_agents import AGENTS, Rollout, Simulation
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.config_speed import EpisodeTimes
from athanor.experiments.alchemy.play import CHUNK, play_one
from athanor.experiments.progress import progress
from athanor.reporting.quantities import COLUMNS, estimated
from athanor.reporting.statistics import bootstrap
from athanor.tasks.alchemy.environment import alchemy


def run(
    environment: Environment,
    simulation: Simulation,
    rollout: Rollout,
    episode_times: EpisodeTimes,
    statistics: Statistics,
    key: PRNGKeyArray,
) -> dict[str, pd.DataFrame]:
    """Return `episode_times`, seconds of the processor by agent and turn, and the mean of each agent.

    What plays side by side is timed by the batch and divided; of planners each episode is timed alone.
    """
    env = alchemy(environment.rules())
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    rows, quantities = [], []
    for name in AGENTS:
        agent = build_agent(name, env, simulation, rollout)
        batch = (
            CHUNK if agent.abreast else None
        )  # side by side, both branches of a planner's choices would be taken
        one = partial(play_one, env, agent, key)
        ready = jax.jit(partial(jax.lax.map, one, batch_size=batch))
        count = batch or 1
        seconds = [
            _seconds(ready, jnp.arange(turn * count, (turn + 1) * count)) / count
            for turn in progress(
                range(episode_times.turns + 1), episode_times.turns + 1, f"{name}, turns timed:"
            )
        ][1:]
        rows += [(name, turn, each) for turn, each in enumerate(seconds)]
        found = bootstrap(
            [np.array(seconds)],
            np.mean,
            rng,
            confidence=statistics.confidence,
            resamples=statistics.bootstrap_samples,
        )
        text = f"time of an episode of {name.replace('_', ' ')}"
        quantities.append(estimated(f"episode_seconds_{name}", found, ".2g", "s", text))
    return {
        "episode_times": pd.DataFrame(rows, columns=["agent", "turn", "seconds"]),
        "episode_times_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def _seconds(ready: Callable[..., Any], numbers: jax.Array) -> float:
    start = time.process_time()
    for leaf in ready(numbers):
        leaf.block_until_ready()
    return time.process_time() - start
