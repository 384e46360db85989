"""The recurrent learner's place between exact returns."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.learners import recurrent_analysis
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_table

EXACT = {"trials": [1, 2], "random": [1.0, 2.0], "bayes_optimal": [5.0, 12.0], "oracle": [8.0, 16.0]}


def test_scores_are_placed_between_exact_returns(tmp_path) -> None:
    """Two seeds of 5 + 6 and 4 + 5: optimal trial by trial is 2 x 5, Bayes-optimal 12."""
    trials = [("simple", seed, trial, 4.0 + trial - seed) for seed in range(2) for trial in (1, 2)]
    trials += [("full", seed, trial, 10.0 * trial) for seed in range(2) for trial in (1, 2, 3)]
    curves = [
        ("simple", seed, episode, 8.0 + episode / 32 - 2 * seed) for seed in range(2) for episode in (32, 64)
    ]
    planned = [(episode, trial, 4.0 + trial / 2) for episode in range(2) for trial in range(2)]
    tables = {
        "yardstick": pd.DataFrame(EXACT),
        "trials": pd.DataFrame(trials, columns=["game", "seed", "trial", "score"]),
        "curves": pd.DataFrame(curves, columns=["game", "seed", "episode", "score"]),
        "planned": pd.DataFrame(planned, columns=["episode", "trial", "return"]),
    }
    with making(Origin(folder=tmp_path)):
        for name, table in tables.items():
            write_table(tmp_path / name, table)
    settings = (Statistics(bootstrap_samples=200), np.random.default_rng(0))
    inputs = (tmp_path / "yardstick", (tmp_path / "trials",), (tmp_path / "curves",), tmp_path / "planned")
    found = recurrent_analysis.run(*settings, *inputs)["estimates/recurrent"].set_index("quantity")["value"]
    assert found["alchemy.simple_return.memoryless_across_trials"] == 10.0
    assert found["alchemy.recurrent_over_memoryless"] == pytest.approx(0.0)
    assert found["alchemy.recurrent_score"] == pytest.approx(0.8)
    assert found["alchemy.recurrent_within.simple"] == pytest.approx(1.0)
    assert found["alchemy.recurrent_within.full"] == pytest.approx(20.0)
    assert found["alchemy.recurrent_end.full"] == pytest.approx(60.0)
    assert found["alchemy.recurrent_episodes.simple"] == 64
    # CEM earns 8.5: the first run does after 32 episodes, and the second, with 7 and 8, never.
    assert found["alchemy.episodes_to_planner"] == (32 + 64) / 2
    assert found["alchemy.equals_planner"] == 0.5
