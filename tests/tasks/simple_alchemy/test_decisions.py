"""Tests of the dips to the goal and of classes of graphs, against a search over all sequences of dips."""

from itertools import permutations

import numpy as np
import pytest

from athanor.tasks.simple_alchemy.decisions import NEVER, decision_classes, dips_to_goal
from athanor.tasks.simple_alchemy.environment import ALL_FULL, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import POTIONS, enumerate_graphs, transition_tables

RULES = SimpleAlchemy(goal=0)
GRAPHS = enumerate_graphs("three_edges")
TABLES = transition_tables(GRAPHS)
DIPS = dips_to_goal(RULES, GRAPHS)
CLASSES = decision_classes(RULES)


def shortest(graph, stone):
    """Return the shortest sequences of dips, of all there are."""
    for length in range(POTIONS + 1):
        found = set()
        for plan in permutations(range(POTIONS), length):
            vertex = stone
            for potion in plan:
                vertex = TABLES[graph, vertex, potion]
            if vertex == RULES.goal:
                found.add(plan)
        if found:
            return found
    return set()


@pytest.mark.parametrize("graph", [0, 17, 383])
def test_dips_are_those_of_the_shortest_sequence(graph) -> None:
    for stone in range(8):
        plans = shortest(graph, stone)
        assert DIPS[graph, ALL_FULL, stone] == (len(min(plans)) if plans else NEVER)


def test_without_potions_only_the_goal_is_the_goal() -> None:
    np.testing.assert_array_equal(DIPS[:, 0], np.tile([0] + [NEVER] * 7, (384, 1)))


def test_graphs_of_a_class_have_the_same_plans_and_others_have_not() -> None:
    """The first graph of each of three classes, its likes, and the first of all other classes."""
    first = [int(np.flatnonzero(CLASSES == number)[0]) for number in range(CLASSES.max() + 1)]
    plans = [[shortest(graph, stone) for stone in range(8)] for graph in first[:4]]
    assert all(plans[i] != plans[j] for i in range(4) for j in range(i))
    for number in range(2):
        for graph in np.flatnonzero(CLASSES == number)[1:3]:
            assert [shortest(graph, stone) for stone in range(8)] == plans[number]


def test_some_differences_change_no_decision() -> None:
    """An edge that no shortest way to the goal uses is one."""
    assert 1 < CLASSES.max() + 1 < len(CLASSES)
