"""Compute the expected returns of the reference agents of a family."""

import importlib
import zlib

import jax
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.task_inference.exact.config import ExpectedReturns

COLUMNS = ["family", "setting", "episodes", "agent", "expected_return", "lower", "upper"]


def run(expected_returns: ExpectedReturns, key: PRNGKeyArray, family: str) -> dict[str, pd.DataFrame]:
    """Return `returns`: one row per setting, number of episodes and agent; the bounds are equal where it is exact."""
    settings = expected_returns.settings(family)
    exact_returns = importlib.import_module(f"athanor.tasks.{family}.returns").exact_returns
    rows = [
        (family, setting, *row)
        for setting in settings
        for row in exact_returns(setting, setting_key(key, family, setting))
    ]
    return {"returns": pd.DataFrame(rows, columns=COLUMNS)}


def setting_key(key: PRNGKeyArray, family: str, setting: str) -> PRNGKeyArray:
    """Return the key of a setting, which does not depend on what other settings there are."""
    return jax.random.fold_in(key, zlib.crc32(f"{family} {setting}".encode()))
