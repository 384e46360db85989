"""Train as the released code does with N inner steps, all seeds: the published Figure 2 under the reading `released`."""

from math import gcd
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.experiments.navigation.config import Environment, InnerSteps, Networks, Released
from athanor.experiments.progress import progress
from athanor.learning import learner as learning
from athanor.learning.learner import Learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.released import ReleasedSettings, released_maml
from athanor.learning.rollout import Rollout
from athanor.learning.training import begin, train_seeds
from athanor.tasks.navigation.environment import Navigation, Target, navigation
from athanor.tasks.navigation.rules import ACTIONS

READING = "released"
CHUNK = 20  # episodes between two lines of progress, at most


class End(NamedTuple):
    """Where a rollout ends."""

    squared_distance: Float[Array, "..."]  # m^2, to the target
    cell: Float[Array, "... 2"]


class Trained(NamedTuple):
    """What the runs recorded; NaN from the episode on at which a run diverged."""

    end: End  # of the rollout that the policy learns from; axes (seed, episode, task)
    entropy: Float[Array, "seed episode"]  # nats
    gradient_norm: Float[Array, "seed episode"]


def run(
    environment: Environment,
    networks: Networks,
    released: Released,
    inner_steps: InnerSteps,
    key: PRNGKeyArray,
    setting: str,
    steps: int,
) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `inner_steps` (a row a seed and episode) and `training`, what else the same runs recorded.

    Every N starts from the same weights, seed by seed.
    """
    env = navigation(environment.rules(setting))
    tasks = env.targets_at(environment.setting(setting).targets)
    learner = _learner(env, networks, released, steps)
    trained = _train(learner, tasks, inner_steps, key, f"{setting}, N = {steps}: chunk")
    squared = np.round(np.asarray(trained.end.squared_distance), 2)  # multiples of 0.01
    arrays = {
        "setting": np.array(setting),
        "inner_steps": np.array(steps),
        "squared_distance": squared,
        "cell": np.asarray(trained.end.cell),
        "entropy": np.asarray(trained.entropy),
        "gradient_norm": np.asarray(trained.gradient_norm),
    }
    table = _table(squared).assign(reading=READING, setting=setting, inner_steps=steps)
    columns = ["reading", "setting", "inner_steps", "seed", "episode", "squared_distance"]
    return {"inner_steps": table[columns], "training": arrays}


def _learner(env: Navigation, networks: Networks, released: Released, steps: int) -> Learner:
    gradient = PolicyGradient(discount=released.discount, trace=released.trace, drop_last_step=True)
    settings = ReleasedSettings(gradient, released.outer_rate, released.critic_rate)
    sizes = learning.Networks(env.observation_size, ACTIONS, networks.hidden)

    def measure(task: Target, rollout: Rollout) -> End:
        return End(env.squared_distance(task, rollout.state), rollout.state.cell.astype(jnp.float32))

    return released_maml(steps, sizes, env, measure, settings)


def _train(learner: Learner, tasks: Target, study: InnerSteps, key: PRNGKeyArray, what: str) -> Trained:
    """Train all seeds, a few episodes a call."""
    init_key, train_key = jax.random.split(key)
    keys = jax.random.split(train_key, study.seeds)
    runs = jax.vmap(lambda key: begin(learner, key))(jax.random.split(init_key, study.seeds))
    chunk = gcd(study.episodes, CHUNK)

    @jax.jit
    def advance(runs: PyTree) -> tuple[PyTree, Trained]:
        runs, log, _ = train_seeds(learner, lambda key, episode: tasks, runs, chunk, keys)
        used = jax.tree.map(lambda leaf: leaf[:, :, :, -1], log.measure)  # the last of N + 1 rollouts a task
        return runs, Trained(used, log.entropy, log.gradient_norm)

    parts = []
    for _ in progress(range(0, study.episodes, chunk), study.episodes // chunk, what):
        runs, part = advance(runs)
        parts.append(jax.tree.map(np.asarray, part))
    return jax.tree.map(lambda *leaves: np.concatenate(leaves, axis=1), *parts)


def _table(squared_distance: Float[np.ndarray, "seed episode task"]) -> pd.DataFrame:
    """Return the published metric: the mean over the tasks; episodes are counted from 1."""
    mean = np.round(squared_distance.astype(float).mean(2), 5)
    seeds, episodes = mean.shape
    return pd.DataFrame(
        {
            "seed": np.repeat(np.arange(seeds), episodes),
            "episode": np.tile(np.arange(1, episodes + 1), seeds),
            "squared_distance": mean.ravel(),
        }
    )
