"""Draw growing families of chemistries, and play them without learning: the scale on which learners of them are placed.

Each seed has an order of its own in which all chemistries stand, drawn uniformly; the family of n chemistries is the
first n, all equally likely, so that families are nested and the chemistries of a larger one are no harder on average.
"""

from math import prod

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import FamilySize
from athanor.experiments.alchemy.learners.references import oracle_scores, played_scores
from athanor.results import Arrays
from athanor.tasks.alchemy.chemistries import GRAPHS, POTION_MAPS, STONE_MAPS
from athanor.tasks.alchemy.environment import Alchemy, Chemistry

PLAYERS = ("random", "random_dips")
ByGraph = Float[np.ndarray, "graph"]


def run(
    environment: Environment, family_size: FamilySize, key: PRNGKeyArray
) -> dict[str, pd.DataFrame | Arrays]:
    """Return `orders` (array `order`, one row per seed) and `families`: what players score on each family, in the mean."""
    env, study = game_of(environment), family_size
    order_key, play_key = jax.random.split(key)
    counts = chemistry_counts(env)
    keys = jax.random.split(order_key, study.seeds)
    orders = np.stack([np.asarray(jax.random.permutation(own, prod(counts)), np.int32) for own in keys])
    graphs = np.unravel_index(orders, counts)[0]
    scores = by_graph(env, study.reference_episodes, play_key)
    rows = [
        (seed, size, player, round(float(values[graphs[seed, :size]].mean()), 3))
        for seed in range(study.seeds)
        for size in (*study.sizes, prod(counts))
        for player, values in scores.items()
    ]
    table = pd.DataFrame(rows, columns=["seed", "size", "player", "score"])
    return {"orders": {"order": orders}, "families": table}


def chemistry_counts(env: Alchemy) -> tuple[int, int, int, int]:
    """Return how many graphs, potion maps, stone maps and rotations there are."""
    return len(GRAPHS.constraints), POTION_MAPS, STONE_MAPS, env.rotations


def by_graph(env: Alchemy, episodes: int, key: PRNGKeyArray) -> dict[str, ByGraph]:
    """Return the mean scores of players that act on latent items alone: of a chemistry only the graph matters to them.

    Items are drawn uniformly whatever the maps, and these players look at neither colours nor coordinates.
    """
    graph = jnp.arange(len(GRAPHS.constraints))
    tasks = Chemistry(graph, *(jnp.zeros_like(graph),) * 3)
    keys = jax.random.split(key, 1 + len(PLAYERS))
    found = {"oracle": oracle_scores(env, tasks, episodes, keys[0])}
    for name, own in zip(PLAYERS, keys[1:], strict=True):
        found[name] = played_scores(env, name, tasks, episodes, own)
    return {name: scores.mean(1) for name, scores in found.items()}
