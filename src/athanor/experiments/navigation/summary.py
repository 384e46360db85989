"""Collect the quantities of those groups that make them one by one."""

from pathlib import Path

import pandas as pd

from athanor.results import read_table


def run(groups: tuple[Path, ...]) -> dict[str, pd.DataFrame]:
    """Return `estimates/navigation`: one row per quantity."""
    found = pd.concat(list(map(read_table, groups)), ignore_index=True)
    return {"estimates/navigation": found.assign(quantity="navigation." + found["quantity"])}
