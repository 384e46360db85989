"""Play the chemistries of the tests without learning: the scale on which meta-learning is placed."""

from pathlib import Path

import jax.numpy as jnp
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import MetaLearning
from athanor.experiments.alchemy.learners.meta_learning import CHEMISTRY_COLUMNS
from athanor.experiments.alchemy.learners.references import table_of
from athanor.results import read_table
from athanor.tasks.alchemy.environment import Chemistry

PLAYERS = ("random", "deposit_positive", "random_dips")


def run(
    environment: Environment, meta_learning: MetaLearning, key: PRNGKeyArray, tests: Path
) -> dict[str, pd.DataFrame]:
    """Return `meta_references`: the mean score of each player on each chemistry; the tests of any learner name them."""
    numbers = read_table(tests).groupby("chemistry")[CHEMISTRY_COLUMNS].first().to_numpy()
    tasks = Chemistry(*(jnp.asarray(column) for column in numbers.T))
    table = table_of(game_of(environment), PLAYERS, tasks, meta_learning.reference_episodes, key)
    means = table.groupby(["player", "place"], sort=False, as_index=False)["score"].mean()
    return {"meta_references": means.rename(columns={"place": "chemistry"})}
