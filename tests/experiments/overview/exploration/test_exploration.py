"""The bus grid's learners: the columns of their curves, bounds, ends by hand, and cells that are named."""

import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.experiments.overview.exploration import analysis, training
from athanor.experiments.overview.exploration.config import DecoupledExploration
from athanor.experiments.overview.exploration.learners import RULES, learner_of
from athanor.results import Origin, making, write_table

TINY = DecoupledExploration(runs=2, updates=2, batch=4, points=1, played=8, hidden=4, epochs=1, code=2)


def test_ends_by_hand(tmp_path):
    rows = [
        ("dream", "9x9_20", 0, 0, -2.0),
        ("dream", "9x9_20", 0, 80, 0.7),
        ("end_to_end", "9x9_20", 0, 80, 0.3),
    ]
    with making(Origin("test")):
        write_table(tmp_path / "a.csv", pd.DataFrame(rows, columns=training.COLUMNS))
    made = analysis.run((tmp_path / "a.csv",))
    assert len(made["bus_grid"]) == 3
    assert made["decoupled"][["row", "system", "value"]].values.tolist() == [
        [10, "dream", 0.7],
        [7, "end_to_end", 0.3],
    ]


def test_unknown_and_repeated_cells_are_named():
    with pytest.raises(
        ValueError, match="learner is rl2, must be dream, dream_without_bottleneck or end_to_end"
    ):
        learner_of(TINY, "rl2", RULES["9x9_20"])
    cell = {"learner": "dream", "setting": "9x9_20"}
    with pytest.raises(ValidationError, match="cells names dream 9x9_20 twice, must name each once"):
        DecoupledExploration(cells=(cell, cell))
