"""How large a trial may be for exact search, and what the first decisions of fast agents lose to it."""

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.alchemy.config_exact import ExactSearch
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import mean
from athanor.results import read_table


def run(
    statistics: Statistics, exact_search: ExactSearch, key: PRNGKeyArray, searches: Path, decisions: Path
) -> dict[str, pd.DataFrame]:
    """Return `exact_sizes`, a row a size, and the quantities; regrets are of sizes searched in full."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    level: dict[str, Any] = {"confidence": statistics.confidence, "resamples": statistics.bootstrap_samples}
    table, regrets = read_table(searches), read_table(decisions)
    size = ["stones", "potions"]
    sizes = table.groupby(size, sort=False).agg(
        trials=("trial", "size"),
        value=("value", "mean"),
        oracle=("oracle", "mean"),
        most_positions=("positions", "max"),
        median_seconds=("seconds", "median"),
        most_seconds=("seconds", "max"),
        within_limit=("within_limit", "all"),
    )
    whole = sizes.index[sizes["within_limit"]]  # elsewhere only trials that are small enough were searched
    regrets = regrets[pd.MultiIndex.from_frame(regrets[size]).isin(whole)]
    by_agent = regrets.pivot_table(index=size, columns="agent", values="regret", sort=False)
    sizes = sizes.join(by_agent.add_prefix("regret_")).reset_index()
    quantities: list[Quantity] = [
        exactly(
            "exact_limit", exact_search.limit, ",d", "positions", "positions that an exact search may keep"
        ),
        exactly(
            "exact_trials", len(regrets) // regrets["agent"].nunique(), "d", "trials", "searched exactly"
        ),
        exactly("exact_sizes", len(sizes), "d", "sizes", "sizes of a trial tried"),
        exactly(
            "exact_sizes_within", int(sizes["within_limit"].sum()), "d", "sizes", "sizes searched exactly"
        ),
    ]
    for agent, own in regrets.groupby("agent", sort=False):
        text = f"what the first decision of {str(agent).replace('_', ' ')} loses to exact search"
        found = mean(own["regret"].to_numpy(float), rng, **level)
        quantities.append(estimated(f"exact_regret_{agent}", found, ".3f", "", text))
    return {"exact_sizes": sizes, "exact_search_quantities": pd.DataFrame(quantities, columns=COLUMNS)}
