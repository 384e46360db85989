"""Time training over the distribution of chemistries, one run on one core, and what of it is playing."""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_learners import Learners
from athanor.experiments.alchemy.config_meta import MetaLearning, TrainingTime
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.meta_learning import build, fresh, tasks_of, update_episodes
from athanor.experiments.progress import progress
from athanor.learning.rollout import rollout
from athanor.learning.training import begin, train
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate, bootstrap
from athanor.tasks.alchemy.environment import Alchemy, alchemy

PUBLISHED_EPISODES = 100_000  # that the source gives a time for
TIMED = ("maml", "fomaml", "joint", "random")  # random: the game alone, with random actions
HOUR = 3600.0  # s


class Program(NamedTuple):
    """A compiled program and how many episodes it plays."""

    call: Callable[[int], None]  # takes the number of the turn
    episodes: int


def run(
    environment: Environment,
    learners: Learners,
    meta_learning: MetaLearning,
    training_time: TrainingTime,
    statistics: Statistics,
    key: PRNGKeyArray,
) -> dict[str, pd.DataFrame]:
    """Return `training_time` (a row a program and turn) and `training_time_quantities`.

    The programs take turns, so that what slows the machine down slows all of them.
    """
    env = alchemy(environment.rules())
    programs = {
        name: _training(env, learners, meta_learning, training_time.updates, key, name) for name in TIMED[:-1]
    }
    programs["random"] = _playing(env, training_time.updates * update_episodes(learners, meta_learning), key)
    rows = []
    for turn in progress(range(training_time.turns), training_time.turns, "turns timed:"):
        for name, program in programs.items():
            start = time.perf_counter()
            program.call(turn)
            rows.append((name, turn, (time.perf_counter() - start) / program.episodes))
    table = pd.DataFrame(rows, columns=["program", "turn", "seconds_per_episode"])
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    found = _quantities(table, env.steps, meta_learning.published_hours, statistics, rng)
    return {"training_time": table, "training_time_quantities": pd.DataFrame(found, columns=COLUMNS)}


def _training(
    env: Alchemy, learners: Learners, study: MetaLearning, updates: int, key: PRNGKeyArray, name: str
) -> Program:
    """Return some updates of a learner, compiled."""
    method, _ = build(env, learners, study, name)
    held_out = jax.tree.map(lambda leaf: leaf[None], env.sample_task(key))
    sample = partial(fresh, env, held_out, tasks_of(study, name), jnp.zeros(()))
    start = begin(method, key)

    @jax.jit
    def losses(key: PRNGKeyArray) -> jax.Array:
        return train(method, lambda key, _: sample(key), start, updates, key)[1].loss

    def call(turn: int) -> None:
        losses(jax.random.fold_in(key, turn)).block_until_ready()

    call(0)
    return Program(call, updates * update_episodes(learners, study))


def _playing(env: Alchemy, episodes: int, key: PRNGKeyArray) -> Program:
    """Return the game alone with random actions, as many episodes side by side as those updates play in all."""

    def act(
        params: None, memory: tuple[()], observation: jax.Array, key: PRNGKeyArray
    ) -> tuple[jax.Array, tuple[()]]:
        return jax.random.randint(key, (), 0, env.actions), memory

    @jax.jit
    def play(key: PRNGKeyArray) -> jax.Array:
        def one(key: PRNGKeyArray) -> jax.Array:
            task_key, play_key = jax.random.split(key)
            return jnp.sum(rollout(env, act, None, (), env.sample_task(task_key), play_key).reward)

        return jax.vmap(one)(jax.random.split(key, episodes))

    def call(turn: int) -> None:
        play(jax.random.fold_in(key, turn)).block_until_ready()

    call(0)
    return Program(call, episodes)


def _quantities(
    table: pd.DataFrame, steps: int, published_hours: float, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return the time of the published number of episodes and the ratio of the published time to it."""

    def median(values: pd.Series) -> Estimate:
        return bootstrap(
            [values.to_numpy(float)],
            np.median,
            rng,
            confidence=statistics.confidence,
            resamples=statistics.bootstrap_samples,
            method="percentile",
        )

    found = [exactly("published_hours", published_hours, "g", "h", "published time of 100,000 episodes")]
    for name, rows in table.groupby("program", sort=False):
        seconds = PUBLISHED_EPISODES * rows["seconds_per_episode"]
        text = f"100,000 episodes of one run on one core, {name}"
        ratio = published_hours * HOUR / seconds
        speed = steps / rows["seconds_per_episode"] / 1e6
        found += [
            estimated(f"training_seconds_{name}", median(seconds), ".0f", "s", text),
            estimated(f"training_hours_{name}", median(seconds / HOUR), ".3f", "h", text),
            estimated(f"training_speedup_{name}", median(ratio), ".0f", "", f"published time over {text}"),
            estimated(
                f"training_steps_{name}",
                median(speed),
                ".2f",
                "million steps/s",
                f"steps of the game, {name}",
            ),
        ]
    million = 10 * PUBLISHED_EPISODES / HOUR * table.query("program == 'maml'")["seconds_per_episode"]
    text = "a million episodes of one run on one core, maml"
    found.append(estimated("training_hours_million", median(million), ".2f", "h", text))
    return found
