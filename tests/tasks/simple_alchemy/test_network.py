"""Tests of the network read off the dynamics: worked arrows, worked counts, a rule that breaks the independence."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.simple_alchemy import network
from athanor.tasks.simple_alchemy.environment import CausalGraph, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import (
    EDGE_SETS,
    FAMILIES,
    PERMUTATIONS,
    enumerate_graphs,
    transition_tables,
)

RULES = SimpleAlchemy(trial_steps=3, trials=2)


@pytest.fixture(scope="module")
def found():
    return network.arrows(RULES)


def test_the_arrows_that_the_rules_spell_out(found) -> None:
    assert found["graph"] == ("graph",)
    assert found["trial_step"] == ("trial_step",)
    assert found["stone_location"] == ("trial_step", "stone_location", "action")
    assert found["potion_full"] == ("trial_step", "stone_location", "potion_full", "action")
    assert found["reward"] == ("stone_location", "size", "colour", "shape")


def test_an_attribute_has_the_other_attributes_as_parents(found) -> None:
    everything = ("graph", "trial_step", "stone_location", "potion_full", "size", "colour", "shape", "action")
    for name in network.ATTRIBUTE_NAMES:
        assert found[name] == everything


def test_the_posts_arrows_exist_and_the_code_has_six_more(found) -> None:
    missing = {child: set(found[child]) - set(drawn) for child, drawn in network.POST_ARROWS.items()}
    superfluous = {child: set(drawn) - set(found[child]) for child, drawn in network.POST_ARROWS.items()}
    assert not any(superfluous.values())
    attributes = set(network.ATTRIBUTE_NAMES)
    assert {child: m for child, m in missing.items() if m} == {a: attributes - {a} for a in attributes}


def test_a_payment_on_deposit_depends_on_the_action() -> None:
    rules = SimpleAlchemy(trial_steps=2, trials=1, reward="on_deposit")
    assert network.arrows(rules)["reward"] == ("stone_location", "size", "colour", "shape", "action")


@dataclass(frozen=True)
class LeakyAlchemy(SimpleAlchemy):
    """Rules under which potion 1 empties with potion 0: an arrow within the plate."""

    def advance(self, state, action, dipped_stone, fresh_stone):
        following = super().advance(state, action, dipped_stone, fresh_stone)
        leaks = following.potions & 1 == 0
        return following._replace(potions=jnp.where(leaks, following.potions & ~2, following.potions))


@dataclass(frozen=True)
class TiedAlchemy(SimpleAlchemy):
    """Rules whose fresh stones have size and colour alike: next attributes that inform about each other."""

    def advance(self, state, action, dipped_stone, fresh_stone):
        tied = fresh_stone & ~2 | (fresh_stone & 1) << 1
        return super().advance(state, action, dipped_stone, tied)


def test_an_arrow_within_the_plate_would_be_found() -> None:
    leaky = network.arrows(LeakyAlchemy(trial_steps=2, trials=1))
    assert network.OTHER_POTIONS in leaky["potion_full"]


def test_next_attributes_are_independent_given_all_present_ones() -> None:
    assert not network.attributes_depend_on_others(RULES)
    assert network.attributes_depend_on_others(TiedAlchemy(trial_steps=3, trials=1))


def test_every_state_is_there_once() -> None:
    states, actions = network.every_state(RULES)
    rows = np.stack([*jax.tree.leaves(states), actions], axis=1)
    assert rows.shape == (8 * 2 * 64 * 3 * 8, 5)
    assert len(np.unique(rows, axis=0)) == len(rows)


def test_who_needs_other_attributes_by_hand() -> None:
    # An attribute can do without the others iff all four of its edges are present: 1 of 15 edge sets.
    needs = network.needs_other_attributes(transition_tables(enumerate_graphs("all")))
    full = EDGE_SETS["all"].all(axis=1)[enumerate_graphs("all").edge_set]
    np.testing.assert_array_equal(needs, ~full)
    assert needs.sum(axis=0).tolist() == [20_250 * 14 // 15] * 3
    assert (~needs.any(axis=1)).sum() == len(PERMUTATIONS)


def test_in_the_posts_family_every_attribute_of_every_graph_does() -> None:
    assert network.needs_other_attributes(transition_tables(enumerate_graphs("three_edges"))).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_needs_against_pairs_of_vertices(family) -> None:
    tables = transition_tables(enumerate_graphs(family))
    for g in range(0, len(tables), len(tables) // 60):
        for a in range(3):
            rows = {0: set(), 1: set()}
            for v in range(8):
                rows[v >> a & 1].add(tuple(int(w) >> a & 1 for w in tables[g, v]))
            needs = network.needs_other_attributes(tables[g : g + 1])
            assert needs[0, a] == any(len(different) > 1 for different in rows.values())


def test_the_representatives_find_what_all_graphs_find() -> None:
    rules = SimpleAlchemy(trial_steps=2, trials=1)
    graphs = enumerate_graphs("three_edges")
    every = CausalGraph(jnp.asarray(graphs.attribute_of_pair), jnp.asarray(graphs.edge_present))
    few, all_of_them = network.dependence(rules), network._dependence(rules, every)
    assert len(network.representatives(graphs)) < len(graphs.edge_set) / 10
    assert jax.tree.all(jax.tree.map(np.array_equal, few, all_of_them))
