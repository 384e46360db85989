"""Train a learner on a family, off policy or on policy, and play it on training and on held-out tasks."""

import zlib

import jax
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.task_inference.off_policy.agents import curves, method_of
from athanor.experiments.task_inference.off_policy.config import OffPolicy


def run(
    off_policy: OffPolicy, key: PRNGKeyArray, family: str, learner: str, agent: str
) -> dict[str, pd.DataFrame]:
    """Return `curves` of all runs; all learners of a family have the same tasks, run by run."""
    method = method_of(off_policy, family, learner, agent)
    own_key = jax.random.fold_in(key, zlib.crc32(family.encode()))
    table = curves(off_policy, method, own_key, f"{learner}, agent {agent}, {family}")
    for place, (name, value) in enumerate((("family", family), ("learner", learner), ("agent", agent))):
        table.insert(place, name, value)
    return {"curves": table}
