"""What decisions depend on: the fewest dips to the goal under each graph, and graphs under which they are the same."""

import numpy as np
from jaxtyping import Int

from athanor.tasks.simple_alchemy.environment import ALL_FULL, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import (
    POTIONS,
    VERTICES,
    GraphFamily,
    enumerate_graphs,
    transition_tables,
)

NEVER = 1 + POTIONS  # dips to a goal that the potions left do not lead to

Dips = Int[np.ndarray, "graph potions vertex"]


def dips_to_goal(rules: SimpleAlchemy, graphs: GraphFamily) -> Dips:
    """Return the fewest dips that make each stone the goal, by graph and full potions; NEVER where none do."""
    tables = transition_tables(graphs)
    found = np.full((len(tables), ALL_FULL + 1, VERTICES), NEVER, np.int32)
    found[:, :, rules.goal] = 0
    for potions in sorted(range(ALL_FULL + 1), key=int.bit_count):
        for potion in (potion for potion in range(POTIONS) if potions >> potion & 1):
            later = np.take_along_axis(found[:, potions & ~(1 << potion)], tables[:, :, potion], axis=1)
            found[:, potions] = np.minimum(found[:, potions], np.minimum(1 + later, NEVER))
    return found


def decision_classes(rules: SimpleAlchemy) -> Int[np.ndarray, "graph"]:
    """Return a number for each graph: the same for two if the same shortest dips lead to the goal under both.

    The dips are those from each stone at the start of a trial: what the oracle may do under one graph of a class it may do
    under all of them, so that telling them apart changes no decision.
    """
    graphs = enumerate_graphs(rules.family)
    tables, dips = transition_tables(graphs).tolist(), dips_to_goal(rules, graphs).tolist()
    plans = [
        tuple(_shortest(table, left, ALL_FULL, stone) for stone in range(VERTICES))
        for table, left in zip(tables, dips, strict=True)
    ]
    numbers = {plan: number for number, plan in enumerate(dict.fromkeys(plans))}
    return np.array([numbers[plan] for plan in plans])


def _shortest(
    table: list[list[int]], dips: list[list[int]], potions: int, stone: int
) -> frozenset[tuple[int, ...]]:
    """Return all shortest sequences of dips from a stone to the goal; none where it cannot be reached.

    `table` has the next vertex by vertex and potion, `dips` the fewest dips by full potions and vertex.
    """
    left = dips[potions][stone]
    if left == 0:
        return frozenset([()])
    found: set[tuple[int, ...]] = set()
    for potion in (potion for potion in range(POTIONS) if left < NEVER and potions >> potion & 1):
        after, dipped = potions & ~(1 << potion), table[stone][potion]
        if dips[after][dipped] == left - 1:
            found |= {(potion, *rest) for rest in _shortest(table, dips, after, dipped)}
    return frozenset(found)
