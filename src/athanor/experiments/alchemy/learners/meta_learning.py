"""Train over the distribution of chemistries and test on others, step by step of adaptation.

An episode is a game of all its trials, whether it is played before or after inner steps; a budget counts them all.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Key, PRNGKeyArray

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning
from athanor.experiments.alchemy.learners.methods import (
    ALGORITHMS,
    Adam,
    falling,
    gradient,
    joint,
    meta,
    trial_scores,
)
from athanor.experiments.alchemy.learners.runs import (
    CURVE_COLUMNS,
    Budget,
    Sample,
    budget,
    curve_rows,
    train,
    untrained,
)
from athanor.experiments.alchemy.learners.table import META_LEARNERS
from athanor.learning.adaptation import Inner, adaptation_curve
from athanor.learning.learner import Learner
from athanor.learning.policy_gradient import problem
from athanor.learning.training import Run
from athanor.tasks.alchemy.environment import Alchemy, Chemistry

TRIES = 4  # draws of a chemistry for training, of which the first is taken that no test has
CHEMISTRY_COLUMNS = ["graph", "potion_map", "stone_map", "rotation"]
TEST_COLUMNS = ["learner", "seed", "chemistry", *CHEMISTRY_COLUMNS, "step", "score"]


def run(
    environment: Environment,
    learners: Learners,
    meta_learning: MetaLearning,
    key: PRNGKeyArray,
    learner: str,
) -> dict[str, pd.DataFrame]:
    """Return `curves` and `tests` (one row per seed, chemistry and number of steps; means over episodes).

    All learners start from the same weights, seed by seed, and are tested on the same chemistries.
    """
    env, study = game_of(environment), meta_learning
    train_key, task_key, test_key = jax.random.split(key, 3)
    held_out = jax.vmap(env.sample_task)(jax.random.split(task_key, study.test_chemistries))
    keys = jax.random.split(train_key, study.seeds)
    method, plan = build(env, learners, study, learner)
    if learner == "untrained":
        runs, curves = untrained(method, keys), pd.DataFrame(columns=["learner", *CURVE_COLUMNS])
    else:
        sample: Sample = partial(fresh, env, held_out, tasks_of(study, learner))
        given: Any = jnp.zeros(study.seeds)  # all seeds learn on the same distribution
        if learner == "fomaml_fixed":
            drawn = jax.random.split(jax.random.fold_in(task_key, 1), study.seeds)
            given, sample = jax.vmap(sample)(given, drawn), _fixed
        runs, found = train(method, sample, given, plan, keys, learner)
        curves = curve_rows({"learner": learner}, found.score.sum(-1), plan)
    scores = adapted(env, learners, study, runs, held_out, test_key)
    return {"curves": curves, "tests": _table(learner, held_out, scores)}


def build(
    env: Alchemy, learners: Learners, study: MetaLearning, name: str, adam: Adam = falling
) -> tuple[Learner, Budget]:
    """Return a learner and how long it trains; what is never trained is as in joint training."""
    if name not in META_LEARNERS:
        raise ValueError(f"learner is {name}, must be one of {', '.join(META_LEARNERS)}")
    plan = budget(study.episodes, update_episodes(learners, study, name), learners.points)
    if name in ALGORITHMS:
        return meta(env, learners, study, name, plan.updates, adam), plan
    return joint(env, learners, "ppo", plan.updates, adam), plan


def update_episodes(learners: Learners, study: MetaLearning, learner: str) -> int:
    """Return the episodes played for an update: before each inner step, and after the last."""
    rounds = study.inner_steps + 1 if learner in ALGORITHMS else 1
    return tasks_of(study, learner) * learners.trajectories * rounds


def tasks_of(study: MetaLearning, learner: str) -> int:
    """Return the chemistries of an update: joint training has none to adapt to, and meets more."""
    if learner == "fomaml_fixed":
        return study.fixed_chemistries
    return study.tasks * (1 if learner in ALGORITHMS else study.inner_steps + 1)


def fresh(env: Alchemy, held_out: Chemistry, count: int, given: Array, key: PRNGKeyArray) -> Chemistry:
    """Draw chemistries from the prior, the held-out ones left out."""
    del given

    def one(keys: Key[Array, "try"]) -> Chemistry:
        drawn = jax.vmap(env.sample_task)(keys)
        same = [own[:, None] == other for own, other in zip(drawn, held_out, strict=True)]
        first = jnp.argmin(jnp.any(jnp.all(jnp.stack(same), axis=0), axis=1))
        return jax.tree.map(lambda numbers: numbers[first], drawn)

    return jax.vmap(one)(jax.random.split(key, (count, TRIES)))


def _fixed(given: Chemistry, key: PRNGKeyArray) -> Chemistry:
    """Return all chemistries of a run."""
    del key
    return given


def adapted(
    env: Alchemy, learners: Learners, study: MetaLearning, runs: Run, tasks: Chemistry, key: PRNGKeyArray
) -> Float[np.ndarray, "seed chemistry step"]:
    """Return scores after 0, 1, ... steps of adaptation to each chemistry, from each run's parameters."""
    inner = Inner(study.test_steps, study.inner_rate, first_order=True)
    rules = gradient(learners)

    @jax.jit
    def of_seed(run: Run, keys: Key[Array, "chemistry"]) -> Float[Array, "chemistry step"]:
        def of_task(task: Chemistry, key: PRNGKeyArray) -> Float[Array, "step"]:
            drawn = problem(rules, env, run.state.critic, trial_scores(env))
            measured = adaptation_curve(drawn, inner, run.state.params, task, key).measure
            return jnp.mean(jnp.sum(measured, axis=-1), axis=-1)

        found = jax.lax.map(lambda pair: of_task(*pair), (tasks, keys))
        return jnp.where(run.finite, found, jnp.nan)

    keys = jax.random.split(key, (study.seeds, study.test_chemistries))
    seeds = [jax.tree.map(lambda leaf, seed=seed: leaf[seed], runs) for seed in range(study.seeds)]
    return np.stack([np.asarray(of_seed(run, own), float) for run, own in zip(seeds, keys, strict=True)])


def _table(learner: str, tasks: Chemistry, scores: Float[np.ndarray, "seed chemistry step"]) -> pd.DataFrame:
    """Return one row per seed, chemistry and step."""
    seed, chemistry, step = (axis.ravel() for axis in np.indices(scores.shape))
    numbers = (np.asarray(column)[chemistry] for column in tasks)
    columns = (learner, seed, chemistry, *numbers, step, np.round(scores.ravel(), 3))
    return pd.DataFrame(dict(zip(TEST_COLUMNS, columns, strict=True)))
