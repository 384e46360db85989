"""Compare the post's two-time-slice Bayesian network with the factor structure of the game's own dynamics."""

import logging

import numpy as np
import pandas as pd

from athanor.experiments.simple_alchemy.config import Environment
from athanor.tasks.simple_alchemy import network
from athanor.tasks.simple_alchemy.environment import SimpleAlchemy, vertex_of
from athanor.tasks.simple_alchemy.graphs import FAMILIES, enumerate_graphs, transition_tables

log = logging.getLogger(__name__)


def run(environment: Environment) -> dict[str, pd.DataFrame]:
    """Return `transition_network`, `factorisation_test` and `independence_test`."""
    rules = SimpleAlchemy(
        goal=vertex_of(environment.goal),
        trials=environment.trials,
        trial_steps=environment.trial_steps,
    )
    log.info("comparing next slices over all states, actions and %s graphs", rules.family)
    return {
        "transition_network": arrow_table(network.arrows(rules)),
        "factorisation_test": factorisation_test(),
        "independence_test": independence_test(rules),
    }


def arrow_table(found: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """List every possible arrow, whether the code has it, and whether the post draws it."""
    rows = [
        {"parent": parent, "child": child, "in_code": parent in found[child], "in_post": parent in drawn}
        for child, drawn in network.POST_ARROWS.items()
        for parent in network.PARENTS
        if child == "potion_full" or parent != network.OTHER_POTIONS  # the plate is one parent of all others
    ]
    return pd.DataFrame(rows)


def factorisation_test() -> pd.DataFrame:
    """Count the graphs on which P(attribute' | attribute, x, action, G), as the post has it, does not exist.

    They are those where an attribute's next value needs the other attributes too; row `any`: of at least one attribute.
    """
    rows = []
    for family in FAMILIES:
        needs = network.needs_other_attributes(transition_tables(enumerate_graphs(family)))
        failing = dict(zip(network.ATTRIBUTE_NAMES, needs.sum(axis=0), strict=True)) | {
            "any": np.any(needs, axis=1).sum()
        }
        rows += [
            {"family": family, "attribute": attribute, "graphs": len(needs), "graphs_failing": int(count)}
            for attribute, count in failing.items()
        ]
    return pd.DataFrame(rows)


def independence_test(rules: SimpleAlchemy) -> pd.DataFrame:
    """Count the graphs on which the next attributes depend on each other given *all* present ones, x, action and G.

    The weaker statement that needs the missing arrows. It is tested on all dips at once, hence for all graphs or none.
    """
    fails = bool(network.attributes_depend_on_others(rules))
    counts = {family: len(enumerate_graphs(family).edge_set) for family in FAMILIES}
    return pd.DataFrame(
        [
            {"family": family, "graphs": graphs, "graphs_failing": graphs if fails else 0}
            for family, graphs in counts.items()
        ]
    )
