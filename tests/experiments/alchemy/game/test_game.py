"""Tests of what is said of the game: counts by hand, the chemistries that are drawn, published losses."""

import numpy as np
import pytest

from athanor.experiments.alchemy.game import analysis, chemistries, counts
from athanor.experiments.alchemy.game.config import Published
from athanor.experiments.alchemy.learners.config import SingleChemistry
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_table


def test_the_chemistries_that_are_drawn() -> None:
    tables = chemistries.run(SingleChemistry())
    assert tables["chemistry_edges"].groupby("chemistry")["present"].sum().tolist() == [12, 9, 7]
    assert tables["chemistry_stones"].groupby("reward").size().to_dict() == {-3: 3, -1: 9, 1: 9, 15: 3}
    potions = tables["chemistry_potions"].groupby(["chemistry", "axis"])
    assert (potions["direction"].sum() == 0).all()  # two colours an axis, one for each direction
    pairs = potions["colour"].agg(lambda pair: len({colour // 2 for colour in pair}))
    assert (pairs == 1).all()  # of one pair


def test_counts_and_published_scores_by_hand(tmp_path) -> None:
    table = counts.run()["chemistry_counts"]
    with making(Origin("tests")):
        write_table(tmp_path / "counts.csv", table)
    settings = (Published(), Statistics(bootstrap_samples=200), np.random.default_rng(0))
    found = analysis.run(*settings, tmp_path / "counts.csv")["estimates/game"]
    value = found.set_index("quantity")["value"]
    assert value["alchemy.count.chemistries"] == value["alchemy.count.distinct_perceived_dynamics"] == 167_424
    assert value["alchemy.count.graphs_with_2_constraints"] == 48
    assert value["alchemy.count.graphs_with_10_edges"] == 12
    assert value["alchemy.published_gap.episode"] == pytest.approx(4.1)
    assert value["alchemy.published_score.ideal_observer.episode"] == 284.4
    assert value["alchemy.published_score.oracle_there.1"] == 29.25
