"""Measure how far a table of best returns lies above the value after some episodes of optimal play."""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.experiments.overview.exact.config import Mazes
from athanor.experiments.overview.learned.config import EpisodicControls
from athanor.experiments.overview.learned.row import Learned
from athanor.learning.episodic_control import EpisodicControl, empty, estimates, remember
from athanor.learning.networks import Acted
from athanor.learning.rollout import rollout
from athanor.tasks.maze import exact
from athanor.tasks.maze.environment import SETTINGS, Maze, Walls


class Known(NamedTuple):
    """A maze and the best play in it."""

    task: Walls
    policy: Int[Array, "time cell"]
    value: float  # of the start


def over_estimates(settings: EpisodicControls, mazes: Mazes, key: PRNGKeyArray) -> Iterator[Learned]:
    """Yield, for each kind of maze and number of episodes, the mean over the tables of a run."""
    for setting, rules in SETTINGS.items():
        passages = exact.sampled_walls(rules, mazes.seed)
        best = exact.optimum(rules, passages)
        policy = jnp.asarray(best.policy[::-1].copy(), jnp.int32)
        known = Known(Walls(jnp.asarray(passages)), policy, float(best.values[-1, 0].max()))
        keys = jax.random.split(key, (settings.runs, settings.tables))
        measured = jax.vmap(jax.vmap(partial(read_along, rules, known, max(mazes.visits))))
        found = np.asarray(jax.jit(measured)(keys)).mean(axis=1) - known.value
        for number, by_episode in enumerate(found):
            for visits in mazes.visits:
                above = float(by_episode[visits - 1])
                yield Learned(
                    15, "mfec", "maze", f"optimal_play.{setting}", number, f"over_estimate.{visits}", above
                )


def read_along(rules: Maze, known: Known, episodes: int, key: PRNGKeyArray) -> Float[Array, "episode"]:
    """Return what the table says of the best first action after each episode of optimal play."""
    control = EpisodicControl(capacity=rules.size**2)
    start = rules.observe(known.task, rules.reset(known.task, key))

    def act(policy: Int[Array, "time cell"], time: Array, observation: Array, key: PRNGKeyArray) -> Acted:
        del key  # nothing is drawn
        x, y = jnp.rint(observation * (rules.size - 1)).astype(jnp.int32)
        return Acted(policy[time, x * rules.size + y], time + 1, jnp.float32(0))

    def episode(table: Any, key: PRNGKeyArray) -> tuple[Any, Float[Array, ""]]:
        played = rollout(rules, act, known.policy, jnp.int32(0), known.task, key)
        table = remember(control, table, played)
        return table, estimates(control, table, start)[known.policy[0, 0]]

    table = empty(control.capacity, rules.action.n, rules.observation.size)
    return jax.lax.scan(episode, table, jax.random.split(key, episodes))[1]
