"""What a configuration leaves out has rows without values, and nothing else changes."""

import pandas as pd

from athanor.experiments.task_inference.not_run import TASKS, with_not_run

COINS = {"family": "coins", "learner": "one"}


def test_what_was_not_run_is_there_without_a_value() -> None:
    cells = pd.DataFrame([COINS, {**COINS, "learner": "two"}]).merge(TASKS, how="cross")
    ends = pd.DataFrame([{**COINS, "run": 0, "tasks": tasks, "score": 0.5} for tasks in TASKS["tasks"]])
    found = with_not_run(ends, cells)
    assert found["learner"].to_list() == ["one", "one", "two", "two"]
    assert found["score"].isna().to_list() == [False, False, True, True]
    assert set(found["tasks"][2:]) == {"train", "held_out"}
    assert with_not_run(ends, cells[:2]).equals(ends)
