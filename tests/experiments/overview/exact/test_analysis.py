"""Answers beside each other, on numbers worked out by hand."""

import pandas as pd
import pytest

from athanor.experiments.overview.exact.analysis import comparisons

ROWS = [
    (2, "bandit", "2x10", "unrestricted", 6.0),
    (2, "bandit", "2x10", "without_reward", 5.0),
    (2, "bandit", "2x10", "without_memory", 5.75),
    (2, "bandit", "5x10", "unrestricted", 6.5),
    (2, "bandit", "5x10", "without_reward", 5.0),
    (3, "grid_navi", "5x5_15", "memory_kept_per_episode", 7.5),
    (3, "grid_navi", "5x5_15", "memory_reset_per_episode", 4.0),
]


def test_games_that_lack_an_answer_are_left_out() -> None:
    found = comparisons(pd.DataFrame(ROWS, columns=["row", "family", "setting", "answer", "value"]))
    assert found["memoryless"][["family", "setting"]].to_numpy().tolist() == [["bandit", "2x10"]]
    assert found["memoryless"]["value"].tolist() == pytest.approx([0.75])
    assert found["reward_seen"]["setting"].tolist() == ["2x10", "5x10"]
    assert found["reward_seen"]["value"].tolist() == pytest.approx([1.0, 1.5])
    assert found["kept"]["value"].tolist() == pytest.approx([3.5])
