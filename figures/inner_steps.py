# %% [markdown]
# # Inner steps and stability
#
# The published Figure 2 measured again with the released learner: squared distance at the end of a rollout by the
# number N of inner steps, in successive frames of training; every run is shown. Below, three meanings of "stable".

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

TITLES = {"release": "setting release", "figure2": "setting figure2, and what was published"}
STATISTICS = {
    "within_frame": "spread over the episodes\nof a frame",
    "across_seeds": "spread over runs\nof the frame's mean",
    "two_runs": "published statistic:\n|difference of two runs| / 2",
}
LOOKS = {"release": (style.PALETTE[0], "o"), "figure2": (style.PALETTE[1], "s")}
PUBLISHED = "#222222"
runs = figure.table("navigation/inner_steps.csv")
stability = figure.table("navigation/stability.csv").query("reading == 'released' and frame != 'long'")
reachable = figure.table("navigation/reachable.csv").query("obstacles == 'medium'")
frames = [name for name in stability["frame"].unique() if name != "all"]
steps = sorted(stability["inner_steps"].unique())
compared = runs.groupby(["reading", "setting", "inner_steps"])["episode"].max().min()
episodes = compared // len(frames)
runs = runs[(runs["reading"] == "released") & (runs["episode"] <= compared)].copy()
runs["frame"] = "T" + ((runs["episode"] - 1) // episodes + 1).astype(str)
shifts = dict(zip(frames, np.linspace(-0.3, 0.3, len(frames)), strict=True))
style.apply()


# %%
def rows_of(setting: str, statistic: str, frame: str) -> pd.DataFrame:
    """Return a statistic by N."""
    chosen = (stability["setting"] == setting) & (stability["statistic"] == statistic)
    return stability[chosen & (stability["frame"] == frame)].sort_values("inner_steps")


def draw_frames(axes: Axes, setting: str) -> None:
    """Draw the frame means of all runs, their mean with its interval, and the published mean with its bar."""
    colour, marker = LOOKS[setting]
    for frame in frames:
        chosen = runs[(runs["setting"] == setting) & (runs["frame"] == frame)]
        means = chosen.groupby(["inner_steps", "seed"])["squared_distance"].mean().reset_index()
        x = means["inner_steps"] + shifts[frame]
        axes.plot(x - 0.035, means["squared_distance"], ".", color=colour, ms=2.5, mew=0, alpha=0.55)
        rows = rows_of(setting, "mean", frame)
        axes.errorbar(
            rows["inner_steps"] + shifts[frame],
            rows["value"],
            style.whiskers(rows),
            color=colour,
            marker=marker,
            ms=3.2,
            ls="",
            elinewidth=1.2,
        )
        bars = rows_of(setting, "two_runs", frame)["published"]
        if rows["published"].notna().any():
            axes.errorbar(
                rows["inner_steps"] + shifts[frame] + 0.09,
                rows["published"],
                bars,
                color=PUBLISHED,
                marker="D",
                mfc="white",
                ms=3,
                mew=0.8,
                ls="",
                elinewidth=0.8,
            )


def draw_lines(axes: Axes, setting: str) -> None:
    """Draw what is known exactly: the optimum and the end of the walk into the cross."""
    targets = reachable[reachable["setting"] == setting]
    plateau, optimum = targets[["down_left_squared_distance", "best_squared_distance"]].mean()
    axes.axhline(plateau, color="0.35", ls="--", lw=0.9, zorder=0)
    text = f"- -  down-left into the cross: {plateau:.2f}\nreachable optimum: {optimum:.3f}, below the axis ↓"
    axes.text(0.99, 0.02, text, transform=axes.transAxes, ha="right", fontsize=6.5)


def draw_statistic(axes: Axes, statistic: str) -> None:
    """Draw a statistic, mean over the frames, by N and setting, beside the published one."""
    for shift, (setting, (colour, marker)) in zip((-0.08, 0.08), LOOKS.items(), strict=True):
        rows = rows_of(setting, statistic, "all")
        axes.errorbar(
            rows["inner_steps"] + shift,
            rows["value"],
            style.whiskers(rows),
            color=colour,
            marker=marker,
            elinewidth=0.9,
        )
        if rows["published"].notna().any():
            axes.plot(rows["inner_steps"], rows["published"], "D:", color=PUBLISHED, mfc="white")
    axes.set(xticks=steps, xlabel="inner steps N", yscale="log")
    style.plain_ticks(axes)
    axes.set_title(STATISTICS[statistic], fontsize=8)


# %%
fig = plt.figure(figsize=(style.TEXT_WIDTH, 5.6))
mosaic = fig.subplot_mosaic(
    [[*["release"] * 3, *["figure2"] * 3], [name for name in STATISTICS for _ in range(2)]],
    height_ratios=[1.5, 1],
)
mosaic["release"].sharey(mosaic["figure2"])
for setting, title in TITLES.items():
    draw_frames(mosaic[setting], setting)
    draw_lines(mosaic[setting], setting)
    mosaic[setting].set(xticks=steps, xlabel=f"inner steps N, each with frames {frames[0]} to {frames[-1]}")
    mosaic[setting].set_title(title)
mosaic["figure2"].set(yscale="log", ylim=(5, None))
for setting in TITLES:
    style.plain_ticks(mosaic[setting])
mosaic["release"].set_ylabel("squared distance at the end, m²")
for statistic in STATISTICS:
    draw_statistic(mosaic[statistic], statistic)
mosaic["within_frame"].set_ylabel("m², mean over the frames")
handles = [
    Line2D([], [], color="0.5", marker=".", ls="", ms=4, label="a run"),
    *(
        Line2D([], [], color=colour, marker=marker, label=f"mean of the runs: {setting}")
        for setting, (colour, marker) in LOOKS.items()
    ),
    Line2D([], [], color=PUBLISHED, marker="D", mfc="white", ls=":", label="published"),
]
fig.legend(handles=handles, loc="outside upper center", ncols=4)
figure.save(fig, "inner_steps")
