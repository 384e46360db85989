"""Train on the base distribution's targets in order of predicted difficulty, reversed, in no order, or on eight."""

from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.experiments.navigation.distributions.conditions import changes
from athanor.experiments.navigation.distributions.config import ORDERS, Curriculum, Distributions
from athanor.experiments.navigation.distributions.difficulty import classifier, features_of
from athanor.experiments.navigation.distributions.generalisation import TASKS, game, held_out_ends, train_on
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Learners
from athanor.experiments.navigation.learners.runs import always, fresh
from athanor.learning.training import SampleTasks
from athanor.results import read_table
from athanor.tasks.navigation.difficulty import difficulty
from athanor.tasks.navigation.environment import Navigation, Target
from athanor.tasks.navigation.targets import stratum_weights

CHUNKS = 16  # of the cells whose features are computed at once


class Sorted(NamedTuple):
    """The cells of a distribution, easiest first."""

    cell: Int[np.ndarray, "cell 2"]
    cumulative: Float[np.ndarray, "cell"]  # probability of the cells up to each, itself included


def run(
    environment: Environment,
    learners: Learners,
    distributions: Distributions,
    curriculum: Curriculum,
    key: PRNGKeyArray,
    held_out: Path,
    classifier_table: Path,
    order: str,
) -> dict[str, dict[str, np.ndarray]]:
    """Return `ends` at the held-out targets of the base condition, and at the eight fixed ones, and the training.

    Every order starts from the same weights, seed by seed, and plays the same number of episodes and rollouts.
    """
    train_key, test_key = jax.random.split(key)
    base = (environment.distribution, environment.obstacles, environment.see_goal)
    env = game(environment, distributions, *base)
    learner = learners.corrected.model_copy(update=changes(distributions, environment.see_goal))
    fixed = environment.setting(distributions.setting).targets
    if order == "fixed":
        sampler: SampleTasks = always(env.targets_at(fixed))
    elif order == "uniform":
        sampler = fresh(env, TASKS)
    else:
        cells = by_difficulty(env, read_table(classifier_table))
        sampler = growing(cells, order, curriculum, learner.episodes)
    what = f"order {order}: chunk"
    trained = train_on(env, learners.networks, learner, sampler, distributions.seeds, train_key, what)
    rows = read_table(held_out).query(
        "test_distribution == @environment.distribution and test_obstacles == @environment.obstacles"
    )
    tested = pd.concat([rows[["x", "y"]], pd.DataFrame(fixed, columns=["x", "y"])], ignore_index=True)
    ends = held_out_ends(env, trained, tested, test_key)
    arrays = {"order": np.array(order), "training_distance": trained.distance}
    for name, values in ends.items():
        arrays |= {name: values[:, : len(rows)], f"{name}_fixed": values[:, len(rows) :]}
    return {"ends": arrays}


def by_difficulty(env: Navigation, table: pd.DataFrame) -> Sorted:
    """Return all cells that a target can be drawn at, those first that the classifier finds likeliest easy."""
    weight = stratum_weights(env).mean(0)
    cells = np.argwhere(weight)
    found = [pd.DataFrame(difficulty(env, part)._asdict()) for part in np.array_split(cells, CHUNKS)]
    odds = classifier(table)(features_of(pd.concat(found), env.horizon))
    cells = cells[np.argsort(-odds, kind="stable")]
    cumulative = np.cumsum(weight[cells[:, 0], cells[:, 1]])
    return Sorted(cells.astype(np.int32), cumulative / cumulative[-1])


def growing(cells: Sorted, order: str, study: Curriculum, episodes: int) -> SampleTasks:
    """Return the sampler that draws from one end of the sorted distribution, a part that grows to all of it."""
    if order not in ("easy_first", "hard_first"):
        raise ValueError(f"order is {order}, must be one of {', '.join(ORDERS)}")
    table, cumulative = jnp.asarray(cells.cell), jnp.asarray(cells.cumulative, jnp.float32)

    def sample(key: PRNGKeyArray, episode: Int[Array, ""]) -> Target:
        gone = jnp.minimum(episode.astype(jnp.float32) / (study.whole_by * episodes), 1.0)
        share = study.first_share + (1.0 - study.first_share) * gone
        drawn = share * jax.random.uniform(key, (TASKS,))
        place = drawn if order == "easy_first" else 1.0 - drawn
        index = jnp.searchsorted(cumulative, place, side="right")
        return Target(table[jnp.minimum(index, len(table) - 1)])

    return sample
