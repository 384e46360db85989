"""The recurrent learner's place between exact returns."""

import jax
import pandas as pd
import pytest

from athanor.experiments.alchemy import recurrent_results
from athanor.experiments.alchemy.config_recurrent import Recurrent
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.results import Origin, making, write_table

EXACT = {"trials": [1, 2], "random": [1.0, 2.0], "bayes_optimal": [5.0, 12.0], "oracle": [8.0, 16.0]}


def test_scores_are_placed_between_exact_returns(tmp_path) -> None:
    """Two seeds of 5 + 6 and 4 + 5: optimal trial by trial is 2 x 5, Bayes-optimal 12."""
    trials = [("simple", seed, trial, 4.0 + trial - seed) for seed in range(2) for trial in (1, 2)]
    curves = [("recurrent", "simple", seed, 64, 11.0 - 2 * seed) for seed in range(2)]
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "yardstick.csv", pd.DataFrame(EXACT))
        write_table(tmp_path / "trials.csv", pd.DataFrame(trials, columns=["game", "seed", "trial", "score"]))
        columns = ["experiment", "condition", "seed", "episode", "score"]
        write_table(tmp_path / "curves.csv", pd.DataFrame(curves, columns=columns))
    paths = (tmp_path / "yardstick.csv", (tmp_path / "curves.csv",), (tmp_path / "trials.csv",))
    sections = (Recurrent(seeds=2), Statistics(bootstrap_samples=200))
    found = recurrent_results.run(*sections, jax.random.key(0), *paths)["recurrent_quantities"]
    values = found.set_index("quantity")["value"]
    assert values["simple_forgetful"] == 10.0
    assert values["recurrent_simple_over_forgetful"] == pytest.approx(0.0)
    assert values["recurrent_simple_score"] == pytest.approx(0.8)
    assert values["recurrent_simple_within"] == pytest.approx(1.0)
