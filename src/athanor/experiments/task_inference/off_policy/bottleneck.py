"""Train agent B off policy with a bottleneck in its belief network, at one weight of the bottleneck's cost."""

import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.task_inference.off_policy.agents import curves, method_of
from athanor.experiments.task_inference.off_policy.config import OffPolicy


def run(off_policy: OffPolicy, key: PRNGKeyArray, place: int) -> dict[str, pd.DataFrame]:
    """Return `curves` of all runs at the weight in this place of the list; the tasks are the same for all weights."""
    if not 0 <= place < len(off_policy.betas):
        raise ValueError(f"place is {place}, must be from 0 to {len(off_policy.betas) - 1}")
    beta = off_policy.betas[place]
    method = method_of(off_policy, off_policy.bottleneck_family, "svg", "B", beta)
    table = curves(off_policy, method, key, f"bottleneck, beta {beta:g}")
    table.insert(0, "beta", beta)
    return {"curves": table}
