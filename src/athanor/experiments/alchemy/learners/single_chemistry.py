"""Train the policy gradient or PPO on one chemistry: what can be learnt where there is nothing to infer."""

import jax
import jax.numpy as jnp
import pandas as pd
from jaxtyping import PRNGKeyArray, PyTree

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import Learners, SingleChemistry
from athanor.experiments.alchemy.learners.methods import Adam, falling, joint
from athanor.experiments.alchemy.learners.runs import budget, curve_rows, train
from athanor.tasks.alchemy.environment import Alchemy


def run(
    environment: Environment,
    learners: Learners,
    single_chemistry: SingleChemistry,
    key: PRNGKeyArray,
    learner: str,
    place: int,
) -> dict[str, pd.DataFrame]:
    """Return `curves`; `place` says which of the section's chemistries. Both learners start from the same weights."""
    game = game_of(environment)
    return {"curves": train_single(game, learners, single_chemistry, key, learner, place)}


def train_single(
    env: Alchemy,
    learners: Learners,
    study: SingleChemistry,
    key: PRNGKeyArray,
    learner: str,
    place: int,
    adam: Adam = falling,
) -> pd.DataFrame:
    """Return one row per seed and point of training; raise ValueError for an unknown learner or place."""
    if not 0 <= place < len(study.chemistries):
        raise ValueError(f"place is {place}, must be from 0 to {len(study.chemistries) - 1}")
    task = env.chemistry(*study.chemistries[place])
    plan = budget(study.episodes, learners.trajectories, learners.points)
    alike = jax.tree.map(lambda number: jnp.tile(number, (study.seeds, 1)), task)
    method = joint(env, learners, learner, plan.updates, adam)
    keys = jax.random.split(key, study.seeds)
    _, curves = train(method, _always, alike, plan, keys, f"{learner}, chemistry {place}")
    return curve_rows({"learner": learner, "place": place}, curves.score.sum(-1), plan)


def _always(task: PyTree, key: PRNGKeyArray) -> PyTree:
    del key
    return task
