"""Time an evaluation of an evolution strategy, compiled and in a NumPy loop, in interleaved pairs.

Both optimise agents for courses of the prior. The compiled one plays whole populations of several agents at once and each
episode for all of its steps; the loop ends an episode where it is over.
"""

import time
from collections.abc import Callable
from functools import partial

import jax
import numpy as np
import optax
import pandas as pd
from jaxtyping import PRNGKeyArray, PyTree

from athanor.experiments.overview.coevolution import numpy_loop
from athanor.experiments.overview.coevolution.config import Coevolution, EvolutionSpeed
from athanor.experiments.overview.coevolution.runner import RULES, Drawn, new_agent, score
from athanor.experiments.progress import progress
from athanor.learning.evolution import Evolution, init
from athanor.learning.poet_search import advanced

Call = Callable[[int], float]  # takes the number of the pair, returns the processor's seconds per evaluation


def run(
    coevolution: Coevolution, evolution_speed: EvolutionSpeed, key: PRNGKeyArray
) -> dict[str, pd.DataFrame]:
    """Return `evolution_speed`: microseconds of the processor per evaluation, by implementation and pair."""
    agent_key, course_key, key = jax.random.split(key, 3)
    agents = jax.vmap(partial(new_agent, coevolution.hidden))(
        jax.random.split(agent_key, evolution_speed.agents)
    )
    courses = jax.jit(jax.vmap(RULES.sample_task))(jax.random.split(course_key, evolution_speed.agents))
    drawn = Drawn(courses, jax.random.key_data(jax.random.split(course_key, evolution_speed.agents)))
    calls = {
        "compiled": compiled(coevolution, evolution_speed.generations, agents, drawn, key),
        "numpy_loop": looped(coevolution, agents, drawn),
    }
    rows = [
        (name, pair, 1e6 * call(pair))
        for pair in progress(range(evolution_speed.pairs), evolution_speed.pairs, "pairs timed:")
        for name, call in calls.items()
    ]
    return {"evolution_speed": pd.DataFrame(rows, columns=["implementation", "pair", "microseconds"])}


def compiled(
    settings: Coevolution, generations: int, agents: PyTree, drawn: Drawn, key: PRNGKeyArray
) -> Call:
    """Return some generations of all agents, compiled."""
    evolution, optimiser = Evolution(settings.population, settings.deviation), optax.adam(settings.rate)
    advance = jax.jit(jax.vmap(advanced(evolution, optimiser, score, generations)))
    count = len(drawn.seed)
    start, keys = jax.vmap(partial(init, optimiser))(agents), jax.random.split(key, count)
    finish(advance(start, drawn, keys))

    def call(pair: int) -> float:
        del pair  # every call does the same
        before = time.process_time()
        finish(advance(start, drawn, keys))
        return (time.process_time() - before) / (count * (generations * settings.population + 1))

    return call


def finish(tree: PyTree) -> None:
    """Wait for what is computed."""
    for leaf in jax.tree.leaves(tree):
        leaf.block_until_ready()


def looped(settings: Coevolution, agents: PyTree, drawn: Drawn) -> Call:
    """Return a generation of one agent in a NumPy loop."""
    evolution, count = Evolution(settings.population, settings.deviation), len(drawn.seed)
    layers = [numpy_loop.layers_of(jax.tree.map(lambda leaf, n=n: leaf[n], agents)) for n in range(count)]
    grounds = np.asarray(drawn.course.ground)

    def call(pair: int) -> float:
        like, ground = layers[pair % count], grounds[pair % count]
        params = numpy_loop.flat(like)
        noise = np.random.default_rng(pair).standard_normal((settings.population // 2, params.size))
        state = numpy_loop.Climb(params, np.zeros_like(params), np.zeros_like(params))
        before = time.process_time()
        numpy_loop.generation(evolution, settings.rate, state, like, ground, noise)
        return (time.process_time() - before) / settings.population

    return call
