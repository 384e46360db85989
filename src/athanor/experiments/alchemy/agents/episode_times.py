"""Time an episode of each agent, on one core, as experiment `play` plays it."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.agents.config import EpisodeTimes, Rollout, Simulation
from athanor.experiments.alchemy.agents.play import CHUNK, play_one
from athanor.experiments.alchemy.agents.players import build_agent
from athanor.experiments.alchemy.agents.table import AGENTS
from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.progress import progress


def run(
    environment: Environment,
    simulation: Simulation,
    rollout: Rollout,
    episode_times: EpisodeTimes,
    key: PRNGKeyArray,
) -> dict[str, pd.DataFrame]:
    """Return `episode_times`: seconds of the processor by agent and turn.

    What plays side by side is timed by the batch and divided; of planners each episode is timed alone.
    """
    env = game_of(environment)
    rows = []
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
    return {"episode_times": pd.DataFrame(rows, columns=["agent", "turn", "seconds"])}


def _seconds(ready: Callable[..., Any], numbers: jax.Array) -> float:
    start = time.process_time()
    for leaf in ready(numbers):
        leaf.block_until_ready()
    return time.process_time() - start
