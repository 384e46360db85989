# %% [markdown]
# # Inner steps under the three readings
#
# Squared distance at the end of a rollout after adaptation, by the number N of inner steps, in successive frames of
# training, as released, as written and corrected, in the released environment; every run is shown. Below, three
# meanings of "stable".

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from athanor.reporting import figure, style

READINGS = {
    "released": (style.PALETTE[0], "o"),
    "written": (style.PALETTE[3], "^"),
    "corrected": (style.PALETTE[2], "D"),
}
STATISTICS = {
    "within_frame": "spread over the episodes\nof a frame",
    "across_seeds": "spread over runs\nof the frame's mean",
    "two_runs": "published statistic:\n|difference of two runs| / 2",
}
LINEAR = 0.1  # m^2: below it the axis of a statistic is linear, down to 0
stability = figure.table("navigation/stability.csv").query("frame != 'long'")
setting = stability.loc[stability["reading"] == "corrected", "setting"].iloc[0]
stability = stability[stability["setting"] == setting]
runs = figure.table("navigation/inner_steps.csv").query("setting == @setting")
targets = figure.table("navigation/reachable.csv").query("setting == @setting and obstacles == 'medium'")
frames = [name for name in stability["frame"].unique() if name != "all"]
steps = sorted(stability["inner_steps"].unique())
compared = runs.groupby(["reading", "inner_steps"])["episode"].max().min()
runs = runs[runs["episode"] <= compared].copy()
runs["frame"] = "T" + ((runs["episode"] - 1) // (compared // len(frames)) + 1).astype(str)
shifts = dict(zip(frames, np.linspace(-0.3, 0.3, len(frames)), strict=True))
style.apply()


# %%
def rows_of(reading: str, statistic: str, frame: str) -> pd.DataFrame:
    """Return a statistic by N."""
    chosen = (stability["reading"] == reading) & (stability["statistic"] == statistic)
    return stability[chosen & (stability["frame"] == frame)].sort_values("inner_steps")


def draw_frames(axes: Axes, reading: str) -> None:
    """Draw the frame means of all runs, and their mean with its interval."""
    colour, marker = READINGS[reading]
    for frame in frames:
        chosen = runs[(runs["reading"] == reading) & (runs["frame"] == frame)]
        means = chosen.groupby(["inner_steps", "seed"])["squared_distance"].mean().reset_index()
        x = means["inner_steps"] + shifts[frame]
        axes.plot(x - 0.05, means["squared_distance"], ".", color=colour, ms=2.5, mew=0, alpha=0.55)
        rows = rows_of(reading, "mean", frame)
        x = rows["inner_steps"] + shifts[frame]
        axes.errorbar(
            x, rows["value"], style.whiskers(rows), color=colour, marker=marker, ms=2.4, ls="", lw=0.9
        )


def draw_lines(axes: Axes) -> None:
    """Draw what is known exactly: the optimum and the end of the walk into the cross."""
    plateau, optimum = targets[["down_left_squared_distance", "best_squared_distance"]].mean()
    axes.axhline(plateau, color="0.35", ls="--", lw=0.9, zorder=0)
    axes.axhline(optimum, color="0.35", ls="-", lw=0.9, zorder=0)


def draw_statistic(axes: Axes, statistic: str) -> None:
    """Draw a statistic, mean over the frames, by N and reading."""
    for shift, (reading, (colour, marker)) in zip((-0.1, 0, 0.1), READINGS.items(), strict=True):
        rows = rows_of(reading, statistic, "all")
        x = rows["inner_steps"] + shift
        axes.errorbar(x, rows["value"], style.whiskers(rows), color=colour, marker=marker, ms=3.2, lw=0.9)
    axes.set_yscale("symlog", linthresh=LINEAR)
    highest = stability.loc[stability["statistic"] == statistic, ["value", "high"]].max(axis=None)
    axes.set(xticks=steps, xlabel="inner steps N", ylim=(-LINEAR / 10, 2 * max(highest, LINEAR)))
    style.plain_ticks(axes, axes.yaxis.get_major_locator())
    axes.set_title(STATISTICS[statistic], fontsize=8)


# %%
fig = plt.figure(figsize=(style.TEXT_WIDTH, 5.2))
mosaic = fig.subplot_mosaic([list(READINGS), list(STATISTICS)], height_ratios=[1.4, 1])
for reading in READINGS:
    axes = mosaic[reading]
    draw_frames(axes, reading)
    draw_lines(axes)
    axes.set(yscale="log", ylim=(0.005, 1000), xticks=steps)
    axes.set(title=reading, xlabel=f"N, each with {frames[0]} to {frames[-1]}")
    style.plain_ticks(axes, LogLocator())
mosaic["released"].set_ylabel("squared distance at the end, m²")
for statistic in STATISTICS:
    draw_statistic(mosaic[statistic], statistic)
mosaic["within_frame"].set_ylabel("m², mean over the frames")
handles = [
    Line2D([], [], color="0.5", marker=".", ls="", ms=4, label="a run"),
    *(Line2D([], [], color=colour, marker=marker, label=name) for name, (colour, marker) in READINGS.items()),
    Line2D([], [], color="0.35", ls="--", lw=0.9, label="down-left into the cross"),
    Line2D([], [], color="0.35", lw=0.9, label="reachable optimum"),
]
fig.legend(handles=handles, loc="outside upper center", ncols=6)
figure.save(fig, "inner_steps_readings")
