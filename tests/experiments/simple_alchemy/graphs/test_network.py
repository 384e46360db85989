"""Tests of the comparison of the post's network with the code's."""

import pytest

from athanor.experiments.simple_alchemy.config import Environment
from athanor.experiments.simple_alchemy.graphs import network


@pytest.fixture(scope="module")
def results():
    return network.run(Environment(trials=2, trial_steps=8))


def test_arrows(results) -> None:
    table = results["transition_network"]
    assert list(table.columns) == ["parent", "child", "in_code", "in_post"]
    assert not table.duplicated(["parent", "child"]).any()
    missing = table[table["in_code"] & ~table["in_post"]]
    attributes = {"size", "colour", "shape"}
    arrows = set(zip(missing["parent"], missing["child"], strict=True))
    assert arrows == {(parent, child) for parent in attributes for child in attributes - {parent}}
    assert not (table["in_post"] & ~table["in_code"]).any()
    assert (table["in_post"] & table["in_code"]).sum() == 31


def test_factorisation_by_hand(results) -> None:
    # It holds for an attribute iff all its four edges are present: never among the 384, in 1 of 15 edge sets of all.
    table = results["factorisation_test"].set_index(["family", "attribute"])["graphs_failing"]
    for attribute in ("size", "colour", "shape"):
        assert table["three_edges", attribute] == 384
        assert table["all", attribute] == 20_250 * 14 // 15
    assert table["three_edges", "any"] == 384
    assert table["all", "any"] == 20_250 - 6


def test_given_all_attributes_the_next_ones_are_independent(results) -> None:
    table = results["independence_test"]
    assert table["graphs"].tolist() == [384, 20_250]
    assert table["graphs_failing"].tolist() == [0, 0]
