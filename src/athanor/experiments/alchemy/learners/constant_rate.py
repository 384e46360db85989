"""Train PPO on single chemistries, and MAML over the distribution, at a rate that stays what it is at first.

Rates that fall to 0 flatten the end of every curve, so that a flat end does not show that nothing is left to learn.
"""

from functools import partial

import jax
import jax.numpy as jnp
import optax
import pandas as pd
from jaxtyping import Array, Key, PRNGKeyArray, PyTree

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning, SingleChemistry
from athanor.experiments.alchemy.learners.meta_learning import fresh, tasks_of, update_episodes
from athanor.experiments.alchemy.learners.methods import gradient, trial_scores
from athanor.experiments.alchemy.learners.runs import budget, curve_rows, train
from athanor.experiments.alchemy.learners.table import CONSTANT_LEARNERS
from athanor.learning import learners as learning
from athanor.learning.learner import Learner, Networks
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
        places = range(len(single_chemistry.chemistries))
        tables = [_single(env, learners, single_chemistry, key, place) for place in places]
        return {"curves": pd.concat(tables, ignore_index=True)}
    if learner == "maml":
        return {"curves": _over_the_distribution(env, learners, meta_learning, key)}
    raise ValueError(f"learner is {learner}, must be one of {', '.join(CONSTANT_LEARNERS)}")


def _single(
    env: Alchemy, learners: Learners, study: SingleChemistry, key: PRNGKeyArray, place: int
) -> pd.DataFrame:
    """Train as `single_chemistry` does, but for the rate."""
    plan = budget(study.episodes, learners.trajectories, learners.points)
    task = env.chemistry(*study.chemistries[place])
    alike = jax.tree.map(lambda number: jnp.tile(number, (study.seeds, 1)), task)
    keys = jax.random.split(jax.random.fold_in(key, place), study.seeds)
    what = f"constant rate, ppo, chemistry {place}"
    _, curves = train(constant_ppo(env, learners), _always, alike, plan, keys, what)
    return curve_rows({"learner": "ppo", "place": place}, curves.score.sum(-1), plan)


def _over_the_distribution(
    env: Alchemy, learners: Learners, study: MetaLearning, key: PRNGKeyArray
) -> pd.DataFrame:
    """Train as `meta_learning` does, but for the rate; as many chemistries are held out."""
    plan = budget(study.episodes, update_episodes(learners, study, "maml"), learners.points)
    train_key, task_key = jax.random.split(key)
    held_out_keys: Key[Array, chemistry] = jax.random.split(task_key, study.test_chemistries)
    held_out = jax.vmap(env.sample_task)(held_out_keys)
    sample = partial(fresh, env, held_out, tasks_of(study, "maml"))
    keys, given = jax.random.split(train_key, study.seeds), jnp.zeros(study.seeds)
    method = constant_maml(env, learners, study)
    _, curves = train(method, sample, given, plan, keys, "constant rate, maml")
    return curve_rows({"learner": "maml", "place": 0}, curves.score.sum(-1), plan)


def constant_ppo(env: Alchemy, learners: Learners) -> Learner:
    """Return PPO at its first rate throughout."""
    return learning.joint_learner(
        learning.Joint(learners.ppo_epochs),
        gradient(learners, learners.ppo_clip),
        Networks(learners.hidden),
        env,
        optax.adam(learners.ppo_rate),
        trial_scores(env),
    )


def constant_maml(env: Alchemy, learners: Learners, study: MetaLearning) -> Learner:
    """Return MAML, with exact second derivatives, at its first outer rate throughout."""
    return learning.meta_learner(
        learning.MetaLearning("maml", study.inner_steps, study.inner_rate),
        gradient(learners),
        Networks(learners.hidden),
        env,
        optax.adam(study.outer_rate),
        trial_scores(env),
    )


def _always(task: PyTree, key: PRNGKeyArray) -> PyTree:
    del key
    return task
