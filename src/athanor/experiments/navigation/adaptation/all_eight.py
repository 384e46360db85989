"""What it takes to reach all eight targets: train the corrected MAML with one thing changed, and see where it gets."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree

from athanor.experiments.navigation.adaptation.conditions import SETTING, changes_of, length
from athanor.experiments.navigation.adaptation.config import AllEight
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Corrected, Learners
from athanor.experiments.navigation.learners.methods import corrected_method
from athanor.experiments.navigation.learners.runs import always, evaluate, train
from athanor.tasks.navigation.difficulty import difficulty
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.shaping import ShapedNavigation, shaped_targets

COLUMNS = ["variant", "seed", "target", "x", "y", "distance"]
Sampler = Callable[[PRNGKeyArray, Int[Array, ""]], PyTree]


def run(
    environment: Environment,
    learners: Learners,
    all_eight: AllEight,
    key: PRNGKeyArray,
    variant: str,
) -> dict[str, pd.DataFrame]:
    """Return `all_eight`: one row per seed and target, the mean distance at the end of rollouts after adaptation.

    Whatever a variant changes in training, it is tested in the game itself, without shaping.
    """
    changes = changes_of(all_eight, variant)
    settings = changed(learners.corrected, all_eight, changes, length(all_eight, variant))
    steps = all_eight.inner_steps if "inner_steps" in changes else 1
    game = navigation(rules_of(environment, SETTING))
    targets = game.targets_at(environment.release.targets)
    shaped = ShapedNavigation(game, all_eight.shaping, settings.discount)
    env, tasks = (shaped, shaped_targets(game, targets)) if "shaping" in changes else (game, targets)
    sampler = always(tasks)
    if "curriculum" in changes:
        easiest_first = np.argsort(difficulty(game, np.asarray(targets.cell)).moves, kind="stable")
        sampler = growing(tasks, easiest_first, round(all_eight.curriculum * settings.episodes))
    train_key, test_key = jax.random.split(key)
    learner = corrected_method(env, learners.networks, settings, "maml", steps).learner
    what = f"all eight, {variant}: chunk"
    runs, _ = train(learner, sampler, settings.episodes, all_eight.seeds, train_key, what)
    ends = evaluate(
        game, corrected_method(game, learners.networks, settings, "maml", steps), runs, targets, test_key
    )
    points = np.asarray(environment.release.targets)
    return {"all_eight": _table(np.asarray(ends.distance)[..., -1], points).assign(variant=variant)[COLUMNS]}


def changed(corrected: Corrected, all_eight: AllEight, changes: tuple[str, ...], episodes: int) -> Corrected:
    """Return the settings of the corrected reading with a variant's changes."""
    update: dict[str, float] = {"episodes": episodes}
    if "discount" in changes:
        update |= {"discount": all_eight.discount, "gae_lambda": all_eight.gae_lambda}
    if "exploration" in changes:
        update |= {"entropy": all_eight.entropy}
    return corrected.model_copy(update=update)


def growing(tasks: PyTree, order: Int[np.ndarray, "task"], until: int) -> Sampler:
    """Return the sampler of a curriculum: the first task of an order, and in equal times one more, until all are in.

    The batch stays as large; what is in fills it in turn.
    """
    count = len(order)

    def sample(key: PRNGKeyArray, episode: Int[Array, ""]) -> PyTree:
        known = jnp.minimum(1 + episode * count // max(until, 1), count)
        chosen = jnp.asarray(order)[jnp.arange(count) % known]
        return jax.tree.map(lambda leaf: leaf[chosen], tasks)

    return sample


def _table(distance: Float[np.ndarray, "seed target"], points: Float[np.ndarray, "target 2"]) -> pd.DataFrame:
    """Return one row per seed and target."""
    seed, target = np.indices(distance.shape).reshape(2, -1)
    return pd.DataFrame(
        {
            "seed": seed,
            "target": target,
            "x": points[target, 0],
            "y": points[target, 1],
            "distance": np.round(np.asarray(distance, float).ravel(), 5),
        }
    )
