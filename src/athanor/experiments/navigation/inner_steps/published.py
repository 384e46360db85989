"""What the published Figure 2 shows, in the terms of this group."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from athanor.experiments.navigation.inner_steps.replicates import ALL
from athanor.reporting.run_statistics import MEAN, slope

SETTING = {"reading": "released", "setting": "figure2"}
COLUMNS = {"mean_exact": MEAN, "within_frame_std_of_plotted_run": "within_frame", "bar_exact": "two_runs"}
KEYS = ["reading", "setting", "frame", "statistic"]
INTERVAL = ["value", "low", "high"]
RATIO = ["ratio", "ratio_low", "ratio_high"]  # of the most to the fewest inner steps


def published_statistics(figure: pd.DataFrame) -> pd.DataFrame:
    """Return what the published figure shows, one row per N, frame and statistic."""
    named = figure.rename(columns=COLUMNS)
    table = named.melt(["inner_steps", "frame"], COLUMNS.values(), "statistic", "published")
    means = table.groupby(["inner_steps", "statistic"], as_index=False)["published"].mean()
    return pd.concat([table, means.assign(frame=ALL)], ignore_index=True).assign(**SETTING)


def published_slopes(published: pd.DataFrame) -> pd.DataFrame:
    """Return the slopes over N and the ratios of what is published, a row per frame and statistic, without intervals."""
    found = []
    for key, rows in published.sort_values("inner_steps").groupby(KEYS):
        values = rows["published"].to_numpy(float)
        change = float(slope(rows["inner_steps"].to_numpy(float), values))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = float(values[-1] / values[0])
        found.append(("published", *key[1:], *[change] * 3, *[ratio] * 3))
    return pd.DataFrame(found, columns=[*KEYS, *INTERVAL, *RATIO])


def published_plateau(figure: pd.DataFrame, steps: Sequence[int]) -> float:
    """Return the mean of the published last frame over some N."""
    last = figure[figure["frame"] == figure["frame"].max()].set_index("inner_steps")["mean_exact"]
    return float(last.loc[list(steps)].mean())
