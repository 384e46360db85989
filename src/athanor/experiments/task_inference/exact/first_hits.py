"""Count when scripted agents first hit the target of sparse navigation."""

import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.task_inference.exact.config import ExpectedReturns
from athanor.experiments.task_inference.exact.returns import setting_key
from athanor.tasks.sparse_navigation.returns import first_hits

COLUMNS = ["setting", "agent", "episode", "share_hit", "mean_first_hit"]


def run(expected_returns: ExpectedReturns, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `first_hits`: by agent and episode the share of targets hit by then, and the mean episode of their hits."""
    rows = [
        (setting, *row)
        for setting in expected_returns.settings("sparse_navigation")
        for row in first_hits(setting, setting_key(key, "sparse_navigation", setting))
    ]
    return {"first_hits": pd.DataFrame(rows, columns=COLUMNS)}
