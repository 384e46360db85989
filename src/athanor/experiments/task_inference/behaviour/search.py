"""Train an agent, and see how it searches: for targets that are there, and where there is nothing to be found."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.arc.environment import Target
from athanor.experiments.protocols.training import Plan, learning_curves
from athanor.experiments.task_inference.behaviour.agents import Agent, agent_of
from athanor.experiments.task_inference.behaviour.config import Behaviour
from athanor.experiments.task_inference.learning.config import Learning
from athanor.learning.rollout import rollout
from athanor.results import Arrays
from athanor.tasks.sparse_navigation.environment import SparseNavigation
from athanor.tasks.sparse_navigation.straight import middles, points

MESH = 512  # angles of the arc that may be covered
SHOWN = 0.8  # of the arc: where the target of the trial lies whose paths are shown
VALUES = ["return", "share_hit", "first_hit", "share_of_arc"]
NOWHERE = -math.pi / 2  # an angle far from the arc: a target that no search along it finds


class Searches(NamedTuple):
    """Trials of a run, task axis first."""

    reward: Float[Array, "task episode step"]
    path: Float[Array, "task episode step 2"]  # positions after each step


class Watched(NamedTuple):
    """What is seen of a run."""

    found: Searches  # for held-out targets
    nothing: Searches  # where there is none
    shown: Searches  # for the target of the trial whose paths are shown


def run(
    behaviour: Behaviour, learning: Learning, key: PRNGKeyArray, agent: str
) -> dict[str, pd.DataFrame | Arrays]:
    """Return `episodes`, a row for each run and episode, and `paths` of one trial of each run.

    Both agents train on the same tasks and are judged on the same others, run by run. What a run covers of the arc is
    counted in trials in which nothing is to be found, so that a search is never cut short. A run that diverged has no values.
    """
    built = agent_of(agent, behaviour, learning)
    rules: SparseNavigation = built.trial.environment
    train_key, play_key = jax.random.split(key)
    keys = jax.random.split(train_key, behaviour.runs)
    # As many held-out tasks as training tasks: one program plays on both.
    plan = Plan(
        behaviour.training_tasks, behaviour.training_tasks, built.batch, built.updates, points=1, repeats=1
    )
    trained = learning_curves(
        built.learner, rules.sample_task, plan, keys, f"{agent}: points", replay=built.replay
    )
    play = jax.jit(partial(searches, built))
    rows, paths = [], []
    for number, own in enumerate(jax.random.split(play_key, behaviour.runs)):
        params = jax.tree.map(lambda leaf, place=number: leaf[place], trained.states.params)
        seen = watch(partial(play, params), rules, behaviour.held_out_tasks, own)
        table = episode_rows(rules, seen)
        if trained.diverged[number]:
            table[VALUES] = np.nan
        rows.append(table.assign(agent=agent, run=number))
        paths.append(np.asarray(seen.shown.path[0]))
    target = points(np.array(SHOWN * rules.max_angle))
    return {
        "episodes": pd.concat(rows, ignore_index=True),
        "paths": {"path": np.stack(paths), "target": target, "radius": np.float32(rules.radius)},
    }


def watch(
    play: Callable[[PyTree, PRNGKeyArray], Searches], rules: SparseNavigation, count: int, key: PRNGKeyArray
) -> Watched:
    """Play as many trials on held-out targets, where nothing is to be found, and on the target that is shown."""
    task_key, *keys = jax.random.split(key, 4)
    held_out = jax.vmap(rules.sample_task)(jax.random.split(task_key, count))
    tasks = (held_out, _at(NOWHERE, count), _at(SHOWN * rules.max_angle, count))
    return Watched(*(play(own, key) for own, key in zip(tasks, keys, strict=True)))


def searches(agent: Agent, params: Any, tasks: PyTree, key: PRNGKeyArray) -> Searches:
    """Play a trial on each task."""
    trial, first, act = agent.trial, agent.start(params), agent.learner.act
    rules = trial.environment
    keys = jax.random.split(key, len(tasks.angle))
    played = jax.vmap(lambda task, key: rollout(trial, act, params, first, task, key))(tasks, keys)
    path = jax.vmap(jax.vmap(rules.moved))(played.observation[:, :-1, :2], played.action)
    shape = (len(tasks.angle), trial.episodes, rules.steps)
    return Searches(played.reward.reshape(shape), path.reshape(*shape, 2))


def episode_rows(rules: SparseNavigation, seen: Watched) -> pd.DataFrame:
    """Return a row per episode: mean return, share of targets hit by then, mean episode of their first hits, arc covered."""
    reward = np.asarray(seen.found.reward)
    hit = np.maximum.accumulate((reward > 0).any(axis=-1), axis=1)
    numbers = np.arange(1, reward.shape[1] + 1)
    first = reward.shape[1] + 1 - hit.sum(axis=1)  # one more than the episodes where there is none
    return pd.DataFrame(
        {
            "episode": numbers,
            "return": reward.sum(axis=-1).mean(axis=0),
            "share_hit": hit.mean(axis=0),
            "first_hit": [
                first[first <= number].mean() if (first <= number).any() else np.nan for number in numbers
            ],
            "share_of_arc": share_of_arc(rules, np.asarray(seen.nothing.path)).mean(axis=0),
        }
    ).round(5)


def share_of_arc(
    rules: SparseNavigation, path: Float[np.ndarray, "*batch step 2"]
) -> Float[np.ndarray, "*batch"]:
    """Return the share of the arc's angles that came within the radius of some position of a path."""
    target = points(middles(rules, MESH))

    def share(way: Float[np.ndarray, "step 2"]) -> float:
        distance = np.linalg.norm(way[:, None] - target, axis=-1)
        return float((distance <= rules.radius).any(axis=0).mean())

    ways = path.reshape(-1, *path.shape[-2:])
    return np.array([share(way) for way in ways]).reshape(path.shape[:-2])


def _at(angle: float, count: int) -> Target:
    return Target(jnp.full(count, angle, jnp.float32))
