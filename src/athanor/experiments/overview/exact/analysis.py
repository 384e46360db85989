"""Give each exact answer an address, so that the paper can print it."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.reporting.estimands import Estimand, estimates
from athanor.results import read_table

GAME = ("family", "setting")
ESTIMANDS = (
    Estimand(
        name="exact",
        table="answers",
        per=("row", "family", "setting", "answer"),
        format=".5g",
        description="exact answer to statement {row}: {family}, {setting}, {answer}",
    ),
    Estimand(
        name="kept_over_reset",
        table="kept",
        per=GAME,
        format=".3g",
        description="{family}, {setting}: return per episode with the memory kept less that with it reset",
    ),
    Estimand(
        name="memoryless_share",
        table="memoryless",
        per=GAME,
        format=".3g",
        description="{family}, {setting}: what no memory leaves, as a share of what rewards in view are worth",
    ),
    Estimand(
        name="reward_seen_over_unseen",
        table="reward_seen",
        per=GAME,
        format=".3g",
        description="{family}, {setting}: best return less the best without the last reward",
    ),
)


def run(statistics: Statistics, rng: np.random.Generator, answers: Path) -> dict[str, pd.DataFrame]:
    """Return the estimates: all of them exact."""
    table = read_table(answers).rename(columns={"quantity": "answer"})
    tables = {"answers": table, **comparisons(table)}
    return {"estimates/exact": estimates("overview", ESTIMANDS, tables, statistics, rng)}


def comparisons(answers: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what answers say beside each other, for each game that has those compared."""
    wide = answers.pivot_table(index=[*GAME, "row"], columns="answer", values="value")
    blind = wide["without_reward"]
    found = {
        "kept": wide["memory_kept_per_episode"] - wide["memory_reset_per_episode"],
        "reward_seen": wide["unrestricted"] - blind,
        "memoryless": (wide["without_memory"] - blind) / (wide["unrestricted"] - blind),
    }
    return {name: values.dropna().rename("value").reset_index() for name, values in found.items()}
