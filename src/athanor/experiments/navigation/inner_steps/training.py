"""Train MAML with N inner steps under a reading, all seeds: the published Figure 2 and supplementary Figure 3.

And the learners in which N does only a part of what it does there (`variants`).
"""

import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.inner_steps.conditions import length
from athanor.experiments.navigation.inner_steps.config import InnerSteps
from athanor.experiments.navigation.inner_steps.variants import variant_learner
from athanor.experiments.navigation.learners.config import Learners
from athanor.experiments.navigation.learners.runs import always, train
from athanor.tasks.navigation.environment import navigation

COLUMNS = ["reading", "setting", "variant", "inner_steps", "seed", "episode", "squared_distance"]


def run(
    environment: Environment,
    learners: Learners,
    inner_steps: InnerSteps,
    key: PRNGKeyArray,
    reading: str,
    setting: str,
    variant: str,
    steps: int,
) -> dict[str, pd.DataFrame | dict[str, np.ndarray]]:
    """Return `runs` (one row per seed and episode) and `training`, what else the same runs recorded.

    Every N and variant starts from the same weights, seed by seed.
    """
    env = navigation(rules_of(environment, setting))
    tasks = env.targets_at(environment.setting(setting).targets)
    fewer = learners.corrected.model_copy(update={"trajectories": inner_steps.corrected_trajectories})
    settings = learners.model_copy(update={"corrected": fewer})
    episodes = length(inner_steps, reading, variant, steps)
    learner = variant_learner(env, settings, reading, variant, steps, episodes)
    what = f"{reading}, {setting}, {variant}, N = {steps}: chunk"
    _, curves = train(learner, always(tasks), episodes, inner_steps.seeds, key, what)
    squared = np.round(np.asarray(curves.end.squared_distance, float), 2)  # multiples of 0.01, or their means
    compared = slice(inner_steps.episodes)
    arrays = {
        "reading": np.array(reading),
        "setting": np.array(setting),
        "variant": np.array(variant),
        "inner_steps": np.array(steps),
        "squared_distance": squared[:, compared],
        "cell": np.asarray(curves.end.cell)[:, compared],
        "entropy": np.asarray(curves.entropy)[:, compared],
        "gradient_norm": np.asarray(curves.gradient_norm)[:, compared],
    }
    table = _table(squared).assign(reading=reading, setting=setting, variant=variant, inner_steps=steps)
    return {"runs": table[COLUMNS], "training": arrays}


def _table(squared_distance: Float[np.ndarray, "seed episode task"]) -> pd.DataFrame:
    """Return the published metric: the mean over the tasks; episodes are counted from 1."""
    mean = np.round(squared_distance.mean(2), 5)
    seeds, episodes = mean.shape
    return pd.DataFrame(
        {
            "seed": np.repeat(np.arange(seeds), episodes),
            "episode": np.tile(np.arange(1, episodes + 1), seeds),
            "squared_distance": mean.ravel(),
        }
    )
