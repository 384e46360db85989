# %% [markdown]
# # What the number of inner steps does
#
# Differences from the fewest inner steps when one thing alone is varied: fitting of the baseline, data, adaptation at
# equal numbers of rollouts, or the whole of N; under two readings, in three statistics of stability and in the squared
# distance at the end. Run by run where a statistic has a value for each run.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

STATISTICS = {
    "within_frame": "spread over\nepisodes",
    "across_seeds": "spread\nover runs",
    "two_runs": "|difference of\ntwo runs| / 2",
    "last_mean": "distance at the end\n(last frame)",
}
COMPONENTS = {
    "whole": "all that N does",
    "adaptation": "adaptation,\nequal rollouts",
    "data": "data alone",
    "fitting": "fitting alone",
}
MARKERS = ["o", "s", "^", "D", "v"]
effects = figure.table("navigation/ablation.csv")
by_run = figure.table("navigation/ablation_seeds.csv")
readings = list(effects["reading"].unique())
steps = sorted(effects["inner_steps"].unique())
places = dict(zip(steps, np.linspace(0.17, -0.17, len(steps)) if len(steps) > 1 else [0.0], strict=True))
style.apply()


# %%
def draw(axes: Axes, reading: str, statistic: str) -> None:
    """Draw the effects on a statistic, one row per component."""
    chosen = effects[(effects["reading"] == reading) & (effects["statistic"] == statistic)]
    single = by_run[(by_run["reading"] == reading) & (by_run["statistic"] == statistic)]
    shown = [name for name in COMPONENTS if name in set(chosen["component"])]
    heights = {name: len(shown) - number for number, name in enumerate(shown)}
    axes.axvline(0, color="0.4", lw=0.8, zorder=0)
    for number, one in enumerate(steps):
        rows, runs = chosen[chosen["inner_steps"] == one], single[single["inner_steps"] == one]
        colour = style.PALETTE[number]
        y = runs["component"].map(heights) + places[one] - 0.09
        axes.plot(runs["value"], y, ".", color=colour, ms=2.5, mew=0, alpha=0.6)
        y = rows["component"].map(heights) + places[one]
        axes.errorbar(
            rows["value"],
            y,
            xerr=style.whiskers(rows),
            color=colour,
            marker=MARKERS[number],
            ms=3.2,
            ls="",
            lw=1,
        )
    axes.set_yticks(list(heights.values()), [COMPONENTS[name] for name in heights])
    axes.set_ylim(0.5, len(shown) + 0.5)


# %%
counts = [effects.loc[effects["reading"] == reading, "component"].nunique() for reading in readings]
fig, all_axes = plt.subplots(
    len(readings), len(STATISTICS), figsize=(style.TEXT_WIDTH, 3.6), sharey="row", height_ratios=counts
)
for row, reading in zip(all_axes, readings, strict=True):
    for axes, (statistic, title) in zip(row, STATISTICS.items(), strict=True):
        draw(axes, reading, statistic)
        axes.locator_params(axis="x", nbins=3)
        if reading == readings[0]:
            axes.set_title(title, fontsize=8)
    row[0].set_ylabel(reading)
fig.supxlabel("difference from the fewest inner steps, m²", fontsize=8)
handles = [
    *(
        Line2D([], [], color=style.PALETTE[number], marker=MARKERS[number], ls="-", label=f"N = {one}")
        for number, one in enumerate(steps)
    ),
    Line2D([], [], color="0.5", marker=".", ls="", ms=4, label="a run, where it has a value"),
]
fig.legend(handles=handles, loc="outside upper center", ncols=4)
figure.save(fig, "ablation")
