"""The enumeration of reachable beliefs: counts, symmetry, and agreement with flat sets of graphs."""

import numpy as np

from athanor.tasks.simple_alchemy.belief_sets import IMPOSSIBLE, PRIOR, reachable_beliefs
from athanor.tasks.simple_alchemy.graphs import VERTICES, enumerate_graphs, transition_tables
from athanor.tasks.simple_alchemy.relabellings import relabellings

TABLES = transition_tables(enumerate_graphs("three_edges"))


def test_counts(beliefs):
    """All 384 graphs can be singled out, and they fall into 16 orbits (Burnside, by hand below)."""
    prior = np.searchsorted(beliefs.code, PRIOR)
    assert beliefs.graphs[prior] == 384
    assert beliefs.orbit[prior] == 1
    assert beliefs.orbit[beliefs.graphs == 1].sum() == 384
    assert (np.diff(beliefs.code.astype(np.int64)) > 0).all()


def test_orbits_of_graphs_by_burnside(beliefs):
    """Average the graphs that each relabelling fixes: the number of orbits of single graphs."""
    group = relabellings(0)
    tables = {table.tobytes(): number for number, table in enumerate(TABLES)}
    fixed = 0
    for number in range(len(group.compose)):
        moved = np.empty_like(TABLES)
        moved[:, group.vertex_image[number][:, None], group.potion_image[number]] = group.vertex_image[
            number
        ][TABLES]
        fixed += sum(tables[table.tobytes()] == graph for graph, table in enumerate(moved))
    assert fixed / len(group.compose) == (beliefs.graphs == 1).sum()


def test_the_number_of_beliefs_does_not_depend_on_the_goal(beliefs):
    """A goal with unequal attributes has 12 relabellings instead of 36, and the same beliefs."""
    other = reachable_beliefs(1)
    assert other.orbit.sum() == beliefs.orbit.sum()
    assert len(other.code) > len(beliefs.code)


def test_first_dips_by_hand(beliefs):
    """From the prior, colour 0 of a pair at vertex 000 flips each attribute with probability 1/3 x 3/4."""
    prior = np.searchsorted(beliefs.code, PRIOR)
    graphs = beliefs.graphs[beliefs.successor[prior, 0, 0]]
    np.testing.assert_array_equal(graphs, [96, 96, 96, 96])
    assert beliefs.successor[prior, 0, 1, 0] == prior  # colour 1 cannot lower what is 0: nothing is learnt
    assert (beliefs.successor[prior, 0, 1, 1:] == IMPOSSIBLE).all()


def test_outcomes_partition_the_graphs(beliefs):
    graphs = np.where(beliefs.successor == IMPOSSIBLE, 0, beliefs.graphs[beliefs.successor])
    assert (graphs.sum(axis=-1) == beliefs.graphs[:, None, None]).all()


def test_relabellings_form_a_group():
    group = relabellings(0)
    assert len(group.compose) == 36
    identity = np.arange(36)
    np.testing.assert_array_equal(group.compose[0], identity)
    for after, before in np.ndindex(36, 36):
        both = group.compose[after, before]
        np.testing.assert_array_equal(
            group.vertex_image[both], group.vertex_image[after][group.vertex_image[before]]
        )
        np.testing.assert_array_equal(
            group.potion_image[both], group.potion_image[after][group.potion_image[before]]
        )
    assert all((relabellings(goal).vertex_image[:, goal] == goal).all() for goal in range(VERTICES))
