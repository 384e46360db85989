# %% [markdown]
# # MAML and FOMAML: their ways on the map
#
# The published Figure 3(a) measured again: trajectories of trained policies to two targets under each reading, the
# same number of each run.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

READINGS = ["released", "written", "corrected"]
LOOKS = {"maml": ("MAML", style.PALETTE[0], "-"), "fomaml": ("FOMAML", style.PALETTE[1], (0, (4, 1.5)))}
CROSS, START, TARGET = "#222222", style.PALETTE[2], style.PALETTE[3]

obstacles = figure.table("navigation/obstacles.csv").query("setting == 'release' and obstacles == 'medium'")
paths = {
    (reading, name): figure.arrays(f"navigation/first_order/training/{reading}/{name}/paths.npz")
    for reading in READINGS
    for name in LOOKS
}
points = paths["released", "maml"]["target"]
start = obstacles[["start_x", "start_y"]].iloc[0]
style.apply()


# %%
def draw_map(axes: Axes, place: int) -> None:
    """Draw the cross, the start and the target."""
    for row in obstacles.itertuples():
        axes.plot([row.x, row.x_end], [row.y, row.y_end], color=CROSS, lw=2.5, zorder=3)
    axes.plot(*start, "s", color=START, ms=4.5, zorder=6)
    axes.plot(*points[place], "*", color=TARGET, ms=10, mec="white", mew=0.5, zorder=6)
    axes.set(xlim=(-2, 12), ylim=(-2, 12), aspect="equal", xticks=[0, 5, 10], yticks=[0, 5, 10])
    axes.add_patch(plt.Rectangle((0, 0), 10, 10, fill=False, ec="0.6", lw=0.7))


def draw_paths(axes: Axes, reading: str, place: int) -> None:
    """Draw the ways of both algorithms and where they end."""
    for name, (_, colour, line) in LOOKS.items():
        ways = paths[reading, name]["position"][:, place].reshape(
            -1, *paths[reading, name]["position"].shape[-2:]
        )
        for way in ways[np.isfinite(ways).all((1, 2))]:
            axes.plot(*way.T, ls=line, color=colour, lw=0.7, alpha=0.55)
            axes.plot(*way[-1], "o", color=colour, ms=2.6, mew=0, zorder=5)


# %%
fig, panels = plt.subplots(
    len(points), 3, figsize=(style.TEXT_WIDTH, 2.15 * len(points) + 0.4), sharex=True, sharey=True
)
for place, row in enumerate(panels):
    for axes, reading in zip(row, READINGS, strict=True):
        draw_map(axes, place)
        draw_paths(axes, reading, place)
        axes.set_title(f"reading {reading}" if place == 0 else "")
    row[0].set_ylabel(f"target ({points[place][0]:.1f}, {points[place][1]:.1f})\ny, m")
for axes in panels[-1]:
    axes.set_xlabel("x, m")
handles = [
    *(
        Line2D([], [], color=colour, ls=line, marker="o", ms=3, label=f"{label}, way and end")
        for label, colour, line in LOOKS.values()
    ),
    Line2D([], [], color=START, marker="s", ls="", label="start"),
    Line2D([], [], color=TARGET, marker="*", ls="", ms=8, label="target"),
    Line2D([], [], color=CROSS, lw=2.5, label="obstacle"),
]
fig.legend(handles=handles, loc="outside upper center", ncols=5, columnspacing=1.2)
figure.save(fig, "first_order_paths")
