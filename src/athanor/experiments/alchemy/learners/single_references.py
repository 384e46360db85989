"""Play single chemistries without learning: the scale on which what is learnt of them is placed."""

import jax.numpy as jnp
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import SingleChemistry
from athanor.experiments.alchemy.learners.references import table_of
from athanor.tasks.alchemy.chemistries import GRAPHS
from athanor.tasks.alchemy.environment import Chemistry

PLAYERS = ("random", "random_dips")


def run(
    environment: Environment, single_chemistry: SingleChemistry, key: PRNGKeyArray
) -> dict[str, pd.DataFrame]:
    """Return `single_references`: one row per chemistry, player and episode, with the edges of the chemistry."""
    study = single_chemistry
    graph, potion_map, stone_map = jnp.array(study.chemistries).T
    tasks = Chemistry(graph, potion_map, stone_map, jnp.zeros_like(graph))
    table = table_of(game_of(environment), PLAYERS, tasks, study.reference_episodes, key)
    edges = GRAPHS.edge_present.sum((1, 2))[list(map(int, graph))]
    return {"single_references": table.assign(edges=edges[table["place"]])}
