"""Simple Alchemy: told is the causal graph; pairs of colours have no order."""

import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from athanor.experiments.task_inference.learning.families import Family, References, Supervised
from athanor.learning.descriptions import Class, Description, Flags
from athanor.tasks.simple_alchemy import oracle
from athanor.tasks.simple_alchemy.environment import CausalGraph, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import ATTRIBUTES, EDGES, PAIRS
from athanor.tasks.simple_alchemy.returns import SETTINGS


def graph(rules: SimpleAlchemy) -> Supervised:
    """Tell the attribute that each pair of colours acts on, and which edges are present."""
    segments = (Class(ATTRIBUTES),) * PAIRS + (Flags(ATTRIBUTES * EDGES),)
    return Supervised(Description(segments), rules.describe)


def pairs_permuted(task: CausalGraph, key: PRNGKeyArray) -> CausalGraph:
    """Return a graph whose pairs of colours stand in another order: which acts on which attribute is uniform."""
    return task._replace(attribute_of_pair=jax.random.permutation(key, task.attribute_of_pair))


def returns(rules: SimpleAlchemy, task: CausalGraph) -> References:
    """Return what random play and the oracle earn, whose trials are alike; the first stone is any."""
    known, random = (
        oracle.value_iteration(rules, task, 1.0).value[0, -1],
        oracle.random_value(rules, task, 1.0)[-1],
    )
    return References(*(rules.trials * jnp.mean(value) for value in (random, known)))


FAMILY = Family(SETTINGS, graph, pairs_permuted, returns)
