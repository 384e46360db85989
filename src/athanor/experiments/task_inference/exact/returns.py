"""Compute the expected returns of the reference agents of a family."""

import zlib

import jax
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.task_inference.exact.config import ExpectedReturns
from athanor.tasks.bandit import returns as bandit
from athanor.tasks.grid_navi import returns as grid_navi
from athanor.tasks.noisy_target import returns as noisy_target
from athanor.tasks.numpad import returns as numpad
from athanor.tasks.semicircle import returns as semicircle
from athanor.tasks.sparse_navigation import returns as sparse_navigation

FAMILIES = {
    "bandit": bandit,
    "grid_navi": grid_navi,
    "semicircle": semicircle,
    "sparse_navigation": sparse_navigation,
    "numpad": numpad,
    "noisy_target": noisy_target,
}
COLUMNS = ["family", "setting", "episodes", "agent", "expected_return", "lower", "upper"]


def run(expected_returns: ExpectedReturns, key: PRNGKeyArray, family: str) -> dict[str, pd.DataFrame]:
    """Return `returns`: one row per setting, number of episodes and agent; the bounds are equal where it is exact."""
    if family not in FAMILIES:
        raise ValueError(f"family is {family}, must be one of {', '.join(FAMILIES)}")
    rows = [
        (family, setting, *row)
        for setting in getattr(expected_returns, family)
        for row in FAMILIES[family].exact_returns(setting, setting_key(key, family, setting))
    ]
    return {"returns": pd.DataFrame(rows, columns=COLUMNS)}


def setting_key(key: PRNGKeyArray, family: str, setting: str) -> PRNGKeyArray:
    """Return the key of a setting, which does not depend on what other settings there are."""
    return jax.random.fold_in(key, zlib.crc32(f"{family} {setting}".encode()))
