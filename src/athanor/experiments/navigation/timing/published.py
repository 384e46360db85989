"""Set side by side what the poster, the abstract and the training logs say that FOMAML saves of MAML's time."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.timing.config import Published
from athanor.reporting.estimands import estimates, of_columns

MAML_RUNS = "training logs: all 3 MAML runs"
FOMAML_RUNS = {
    "figure": "training logs: the 3 FOMAML runs shown",
    "all_runs": "training logs: all 7 FOMAML runs",
}
# Name, format, unit, description.
PUBLISHED = (("published_saving", ".3g", "%", "saved by FOMAML as published"),)
ESTIMANDS = tuple(of_columns("published", ("source",), PUBLISHED, value="saved"))


def run(
    published: Published, statistics: Statistics, rng: np.random.Generator, figure3b: Path
) -> dict[str, pd.DataFrame]:
    """Return `timing_published`, in per cent of MAML's time, and `estimates/timing_published`."""
    saved = published_savings(pd.read_csv(figure3b, comment="#"), published)
    found = estimates("navigation", ESTIMANDS, {"published": saved}, statistics, rng)
    return {"timing_published": saved, "estimates/timing_published": found}


def published_savings(figure: pd.DataFrame, published: Published) -> pd.DataFrame:
    """Return what FOMAML saves of the time by the poster, the abstract and the published training times, in per cent."""
    mean = figure.set_index("source")["mean"]
    by_times = {name: 100.0 * (1.0 - mean[runs] / mean[MAML_RUNS]) for name, runs in FOMAML_RUNS.items()}
    as_speed = 100.0 * (1.0 - 1.0 / (1.0 + published.abstract_saving / 100.0))  # were speed meant, not time
    text = {"abstract": published.abstract_saving, "abstract_as_speed": as_speed}
    saved = {"poster": published.poster_saving, **text, **by_times}
    return pd.DataFrame(saved.items(), columns=["source", "saved"])
