# %% [markdown]
# # Configurations: obstacles, and the target seen or hidden
#
# Supplementary Figure 1 measured again: squared distance in training by configuration, every run shown, and how much it
# varies at the end.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

LOOKS = {"seen": (style.PALETTE[0], "o", -0.12), "hidden": (style.PALETTE[1], "s", 0.12)}
SPREADS = {"within_frame": "spread over\nepisodes, m²", "across_seeds": "spread over\nruns, m²"}
curves = figure.table("navigation/configurations.csv")
spread = figure.table("navigation/configurations_spread.csv")
readings = list(curves["reading"].unique())
levels = sorted(curves["obstacles"].unique(), key=["none", "easy", "medium", "hard"].index)
style.apply()


# %%
def draw_curves(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw every run and the mean over runs."""
    for goal, (colour, _, _) in LOOKS.items():
        runs = rows[rows["goal"] == goal].pivot(index="episode", columns="seed", values="squared_distance")
        axes.plot(runs.index, runs, color=colour, lw=0.4, alpha=0.45)
        axes.plot(runs.index, runs.mean(axis=1), color=colour, lw=1.5)
    axes.set(yscale="log")
    style.plain_ticks(axes)
    axes.grid(axis="y", lw=0.4, color="0.9")


def draw_spread(axes: Axes, reading: str, statistic: str) -> None:
    """Draw a spread of the last frame with its interval by obstacle level."""
    for goal, (colour, marker, shift) in LOOKS.items():
        of_goal = spread[(spread["reading"] == reading) & (spread["goal"] == goal)]
        rows = of_goal[of_goal["statistic"] == statistic].set_index("obstacles").loc[levels]
        x = [place + shift for place in range(len(levels))]
        axes.errorbar(
            x, rows["value"], style.whiskers(rows), color=colour, marker=marker, ls="", elinewidth=1.0
        )
    axes.set(xticks=range(len(levels)), xticklabels=levels, xlim=(-0.5, len(levels) - 0.5))
    axes.set_ylim(0, 1.08 * axes.get_ylim()[1])
    axes.grid(axis="y", lw=0.4, color="0.9")


# %%
fig, panels = plt.subplots(
    len(readings),
    len(levels) + 2,
    figsize=(style.TEXT_WIDTH, 4.4),
    width_ratios=[*[1.6] * len(levels), 1, 1],
    squeeze=False,
)
for row, reading in zip(panels, readings, strict=True):
    for axes, level in zip(row, levels, strict=False):
        draw_curves(axes, curves[(curves["reading"] == reading) & (curves["obstacles"] == level)])
        axes.set_title(f"{reading}\nobstacles: {level}", fontsize=7.5)
        axes.sharey(row[0])
        axes.set_xlabel("episode")
    for axes, (statistic, title) in zip(row[len(levels) :], SPREADS.items(), strict=True):
        draw_spread(axes, reading, statistic)
        axes.set_title(title, fontsize=7.5)
        axes.set_xlabel("obstacles")
    row[0].set_ylabel("squared distance, m²")
handles = [
    Line2D([], [], color=colour, marker=marker, label=f"target {goal} (thin: a run)")
    for goal, (colour, marker, _) in LOOKS.items()
]
fig.legend(handles=handles, loc="outside upper center", ncols=2)
figure.save(fig, "configurations")
