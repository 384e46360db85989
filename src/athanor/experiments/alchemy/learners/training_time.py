"""Time training over the distribution of chemistries, one run on one core, and what of it is playing.

PyTorch is timed where it is installed.
"""

import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning, TrainingTime
from athanor.experiments.alchemy.learners.meta_learning import build, fresh, tasks_of, update_episodes
from athanor.experiments.alchemy.learners.table import EAGER
from athanor.experiments.progress import progress
from athanor.learning.networks import Acted
from athanor.learning.rollout import rollout
from athanor.learning.training import begin, train
from athanor.tasks.alchemy.environment import Alchemy

COMPILED = ("maml", "fomaml", "joint")


class Program(NamedTuple):
    """What is timed, compiled or run eagerly, and how many episodes it plays."""

    call: Callable[[int], None]  # takes the number of the turn
    episodes: int


def run(
    environment: Environment,
    learners: Learners,
    meta_learning: MetaLearning,
    training_time: TrainingTime,
    key: PRNGKeyArray,
) -> dict[str, pd.DataFrame]:
    """Return `training_time`: one row per program and turn.

    The programs take turns, so that what slows the machine down slows all of them.
    """
    env = game_of(environment)
    programs = {
        name: _training(env, learners, meta_learning, training_time.updates, key, name) for name in COMPILED
    }
    episodes = update_episodes(learners, meta_learning, "maml")
    programs["random"] = _playing(env, training_time.updates * episodes, key)  # the game alone
    if find_spec("torch"):
        programs[EAGER] = Program(_eager(env, learners, meta_learning, key), episodes)
    rows = []
    for turn in progress(range(training_time.turns), training_time.turns, "turns timed:"):
        for name, program in programs.items():
            start = time.perf_counter()
            program.call(turn)
            rows.append((name, turn, (time.perf_counter() - start) / program.episodes))
    return {"training_time": pd.DataFrame(rows, columns=["program", "turn", "seconds_per_episode"])}


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
    return Program(call, updates * update_episodes(learners, study, name))


def _eager(env: Alchemy, learners: Learners, study: MetaLearning, key: PRNGKeyArray) -> Callable[[int], None]:
    """Return an update of MAML in PyTorch, from the same weights; once called, as the compiled ones."""
    from athanor.experiments.alchemy.learners import torch_reference

    method, plan = build(env, learners, study, "maml")
    start = [np.asarray(leaf) for leaf in jax.tree.leaves(method.init(key).params)]
    update = torch_reference.maml(env, learners, study, start, plan.updates)
    update()
    return lambda turn: update()


def _playing(env: Alchemy, episodes: int, key: PRNGKeyArray) -> Program:
    """Return the game alone with random actions, as many episodes side by side as those updates play in all."""

    def act(params: None, memory: tuple[()], observation: jax.Array, key: PRNGKeyArray) -> Acted:
        return Acted(jax.random.randint(key, (), 0, env.actions), memory, jnp.float32(0.0))

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
