"""Train PPO on single chemistries, and MAML over the distribution, at a rate that stays what it is at first.

Rates that fall to 0 flatten the end of every curve, so that a flat end does not show that nothing is left to learn.
"""

from functools import partial

import jax
import jax.numpy as jnp
import pandas as pd
from jaxtyping import Array, Key, PRNGKeyArray

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning, SingleChemistry
from athanor.experiments.alchemy.learners.meta_learning import build, fresh, tasks_of
from athanor.experiments.alchemy.learners.methods import constant
from athanor.experiments.alchemy.learners.runs import curve_rows, train
from athanor.experiments.alchemy.learners.single_chemistry import train_single
from athanor.experiments.alchemy.learners.table import CONSTANT_LEARNERS
from athanor.tasks.alchemy.environment import Alchemy


def run(
    environment: Environment,
    learners: Learners,
    single_chemistry: SingleChemistry,
    meta_learning: MetaLearning,
    key: PRNGKeyArray,
    learner: str,
) -> dict[str, pd.DataFrame]:
    """Return `curves`; `place` says which of the single chemistries, and is 0 over the distribution."""
    env = game_of(environment)
    if learner == "ppo":
        tables = [
            train_single(
                env, learners, single_chemistry, jax.random.fold_in(key, place), "ppo", place, constant
            )
            for place in range(len(single_chemistry.chemistries))
        ]
        return {"curves": pd.concat(tables, ignore_index=True)}
    if learner == "maml":
        return {"curves": _over_the_distribution(env, learners, meta_learning, key)}
    raise ValueError(f"learner is {learner}, must be one of {', '.join(CONSTANT_LEARNERS)}")


def _over_the_distribution(
    env: Alchemy, learners: Learners, study: MetaLearning, key: PRNGKeyArray
) -> pd.DataFrame:
    """Train as `meta_learning` does, but for the rate; as many chemistries are held out."""
    train_key, task_key = jax.random.split(key)
    held_out_keys: Key[Array, chemistry] = jax.random.split(task_key, study.test_chemistries)
    held_out = jax.vmap(env.sample_task)(held_out_keys)
    sample = partial(fresh, env, held_out, tasks_of(study, "maml"))
    method, plan = build(env, learners, study, "maml", constant)
    keys, given = jax.random.split(train_key, study.seeds), jnp.zeros(study.seeds)
    _, curves = train(method, sample, given, plan, keys, "constant rate, maml")
    return curve_rows({"learner": "maml", "place": 0}, curves.score.sum(-1), plan)
