# %% [markdown]
# # The maps and the optimal ways
#
# Top: the two settings of the base map with the way of highest undiscounted return to each target, and the walk that
# only goes down-left, which ends in the cross. Bottom: the released environment's obstacle levels.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

LEVELS = ["none", "easy", "medium", "hard"]
TITLES = {"release": "setting release", "figure2": "setting figure2"}
REACH = 0.15  # m, within which a walk that always steps nearer has reached its target
FREE, BEHIND, CROSS, START = style.PALETTE[0], style.PALETTE[1], "#222222", style.PALETTE[2]

obstacles = figure.table("navigation/obstacles.csv")
down_left = figure.arrays("navigation/down_left.npz")
reachable = figure.table("navigation/reachable.csv")
paths = figure.arrays("navigation/reachable_paths.npz")
start = obstacles[["start_x", "start_y"]].iloc[0]
style.apply()


# %%
def draw_map(axes: Axes, setting: str, level: str, small: bool) -> None:
    """Draw obstacles, targets and the optimal ways."""
    chosen = obstacles[(obstacles["setting"] == setting) & (obstacles["obstacles"] == level)]
    for row in chosen.itertuples():
        axes.plot([row.x, row.x_end], [row.y, row.y_end], color=CROSS, lw=1.5 if small else 3, zorder=3)
    targets = reachable[(reachable["setting"] == setting) & (reachable["obstacles"] == level)]
    for row in targets.itertuples():
        colour, line = (BEHIND, "-") if row.myopic_distance > REACH else (FREE, "-")
        path = paths[f"{setting}_{level}"][row.target]
        axes.plot(*path.T, line, color=colour, lw=0.7 if small else 1.1)
        axes.plot(row.x, row.y, "*", color=colour, ms=5 if small else 9, mec="white", mew=0.4, zorder=4)
    axes.plot(*start, "s", color=START, ms=3 if small else 5, zorder=4)
    axes.set(xlim=(0, 10), ylim=(0, 10), aspect="equal", xticks=[0, 5, 10], yticks=[0, 5, 10])
    axes.spines[["top", "right"]].set_visible(True)


def label_targets(axes: Axes, setting: str) -> None:
    """Number the targets as the tables do."""
    targets = reachable[(reachable["setting"] == setting) & (reachable["obstacles"] == "medium")]
    for row in targets.itertuples():
        crowded = ((targets["x"] - row.x).abs() < 0.7) & (row.y - targets["y"]).between(0.1, 0.7)
        place = (-6 if row.x > 9.3 else 6, 3 if crowded.any() else -8)  # points
        axes.annotate(
            str(row.target), (row.x, row.y), place, textcoords="offset points", ha="center", fontsize=7
        )


# %%
fig = plt.figure(figsize=(style.TEXT_WIDTH, 5.4))
top, bottom = fig.subfigures(2, 1, height_ratios=[2, 1.12])
for axes, (setting, title) in zip(top.subplots(1, 2), TITLES.items(), strict=True):
    draw_map(axes, setting, "medium", small=False)
    label_targets(axes, setting)
    axes.plot(*down_left[setting].T, "--", color=CROSS, lw=1.2, zorder=2)
    axes.plot(*down_left[setting][-1], "X", color=CROSS, ms=6, mec="white", mew=0.5, zorder=5)
    rows = reachable[(reachable["setting"] == setting) & (reachable["obstacles"] == "medium")]
    plateau = rows["down_left_squared_distance"].mean()
    axes.set_title(f"{title}\ndown-left ends at {plateau:.2f} m² on average", fontsize=8)
    axes.set_xlabel("m")
handles = [
    Line2D([], [], color=FREE, marker="*", ms=7, label="target, optimal way"),
    Line2D([], [], color=BEHIND, marker="*", ms=7, label="the same, behind the cross"),
    Line2D([], [], color=CROSS, ls="--", marker="X", label="down-left only"),
    Line2D([], [], color=START, ls="", marker="s", label="start"),
    Line2D([], [], color=CROSS, lw=3, label="obstacle"),
]
top.legend(handles=handles, loc="outside upper center", ncols=5, handlelength=1.5, columnspacing=1.0)
for axes, level in zip(bottom.subplots(1, 4), LEVELS, strict=True):
    draw_map(axes, "release", level, small=True)
    best = reachable[(reachable["setting"] == "release") & (reachable["obstacles"] == level)]["best_return"]
    axes.set_title(f"{level}\noptimal return {np.round(best.mean()):,.0f}".replace("-", "−"), fontsize=7.5)
figure.save(fig, "navigation_map")
