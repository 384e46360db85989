"""Bring all learners of point navigation together, and take means over the goals of a run."""

from pathlib import Path

import pandas as pd

from athanor.experiments.overview.learned.row import Learned
from athanor.results import read_table

BASELINE = "multitask"  # what adaptation is compared with


def run(curves: tuple[Path, ...], published: Path) -> dict[str, pd.DataFrame]:
    """Return `adaptation`, `published_adaptation`, and `adapted`: means over goals, and differences to the baseline."""
    table = pd.concat([read_table(path) for path in curves], ignore_index=True)
    return {
        "adaptation": table,
        "published_adaptation": pd.read_csv(published, comment="#"),
        "adapted": adapted(table),
    }


def adapted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean return of each learner, run and number of updates, and what it is above the baseline's."""
    means = table.groupby(["learner", "run", "updates"], sort=False)["return"].mean()
    found = []
    for (learner, number, updates), value in means.items():
        place = (14, learner, "point_navigation", f"after_{updates}", number)
        found.append(Learned(*place, "return", value))
        if learner != BASELINE and BASELINE in means.index:
            found.append(Learned(*place, f"over_{BASELINE}", value - means[BASELINE, number, updates]))
    return pd.DataFrame(found, columns=list(Learned._fields))
