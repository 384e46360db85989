"""Train one learner over growing families of chemistries, on the same budget of episodes each."""

from functools import partial
from math import prod
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import pandas as pd
from jaxtyping import Array, Int, PRNGKeyArray

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import FamilySize, Learners, MetaLearning, Recurrent
from athanor.experiments.alchemy.learners.families import chemistry_counts
from athanor.experiments.alchemy.learners.meta_learning import tasks_of, update_episodes
from athanor.experiments.alchemy.learners.methods import joint, meta
from athanor.experiments.alchemy.learners.recurrent import build
from athanor.experiments.alchemy.learners.runs import Budget, budget, curve_rows, train
from athanor.experiments.alchemy.learners.table import FAMILY_LEARNERS, LARGER_BUDGET
from athanor.learning.learner import Learner
from athanor.results import read_arrays
from athanor.tasks.alchemy.environment import Alchemy, Chemistry


class Family(NamedTuple):
    """The first chemistries of an order."""

    order: Int[Array, "chemistry"]  # numbers of all chemistries
    size: Int[Array, ""]


def run(
    environment: Environment,
    learners: Learners,
    meta_learning: MetaLearning,
    recurrent: Recurrent,
    family_size: FamilySize,
    key: PRNGKeyArray,
    orders: Path,
    learner: str,
) -> dict[str, pd.DataFrame]:
    """Return `curves`, by learner and size of the family; `orders` has the order of the chemistries by seed.

    All learners start from the same weights, seed by seed and size by size, on the same families.
    """
    env, study = game_of(environment), family_size
    method, plan, tasks = _learner(env, learners, meta_learning, recurrent, study, learner)
    counts = chemistry_counts(env)
    sizes = (*study.sizes, prod(counts))
    order = jnp.asarray(read_arrays(orders)["order"])
    given = Family(jnp.tile(order, (len(sizes), 1)), jnp.repeat(jnp.array(sizes), study.seeds))
    keys = jax.random.split(key, study.seeds)[jnp.tile(jnp.arange(study.seeds), len(sizes))]
    _, curves = train(method, partial(draw, counts, tasks), given, plan, keys, learner)
    scores = curves.score.sum(-1).reshape(len(sizes), study.seeds, plan.points)
    rows = zip(sizes, scores, strict=True)
    tables = [curve_rows({"learner": learner, "size": size}, score, plan) for size, score in rows]
    return {"curves": pd.concat(tables, ignore_index=True)}


def draw(counts: tuple[int, ...], tasks: int, family: Family, key: PRNGKeyArray) -> Chemistry:
    """Draw chemistries of a family, uniformly and with replacement."""
    places = jax.random.randint(key, (tasks,), 0, family.size)
    return Chemistry(*jnp.unravel_index(family.order[places], counts))


def _learner(
    env: Alchemy,
    learners: Learners,
    study: MetaLearning,
    recurrent: Recurrent,
    sizes: FamilySize,
    name: str,
) -> tuple[Learner, Budget, int]:
    """Return a learner, how long it trains, and the chemistries of an update."""
    if name not in FAMILY_LEARNERS:
        raise ValueError(f"learner is {name}, must be one of {', '.join(FAMILY_LEARNERS)}")
    episodes = sizes.larger_budget if name in LARGER_BUDGET else sizes.episodes
    name = LARGER_BUDGET.get(name, name)
    if name == "recurrent":
        plan = budget(episodes, recurrent.tasks, learners.points)
        return build(env, recurrent, plan), plan, recurrent.tasks
    plan = budget(episodes, update_episodes(learners, study, name), learners.points)
    if name == "joint":
        method = joint(env, learners, "ppo", plan.updates)
    else:
        method = meta(env, learners, study, name, plan.updates)
    return method, plan, tasks_of(study, name)
