# %% [markdown]
# # Long training
#
# The supplementary Figure 3 measured again with the released learner: squared distance at the end of a rollout over
# 3000 episodes, by the number N of inner steps. Moving averages over 100 episodes: every run thin, and the mean of the
# runs with its interval.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from athanor.reporting import figure, style

LINES = ["-", "--", "-.", ":"]
COLOURS = [style.PALETTE[place] for place in (0, 1, 2, 4)]
curves = figure.table("navigation/long_training.csv")
runs = figure.table("navigation/inner_steps.csv").query("reading == 'released'")
reachable = figure.table("navigation/reachable.csv").query("obstacles == 'medium'")
steps = sorted(curves["inner_steps"].unique())
window = curves["episode"].min()
looks = {one: (COLOURS[place % 4], LINES[place % 4]) for place, one in enumerate(steps)}
style.apply()


# %%
def averages(setting: str, inner_steps: int) -> pd.DataFrame:
    """Return the moving averages of the runs, an episode a row and a run a column."""
    chosen = runs[(runs["setting"] == setting) & (runs["inner_steps"] == inner_steps)]
    by_run = chosen.pivot(index="episode", columns="seed", values="squared_distance")
    shown = curves.loc[curves["inner_steps"] == inner_steps, "episode"].unique()
    return by_run.rolling(window).mean().loc[shown]


def draw(axes: Axes, setting: str) -> None:
    """Draw all runs, their means, and what is known exactly."""
    for inner_steps, (colour, line) in looks.items():
        axes.plot(averages(setting, inner_steps), color=colour, lw=0.35, alpha=0.45)
        rows = curves[(curves["setting"] == setting) & (curves["inner_steps"] == inner_steps)]
        axes.fill_between(rows["episode"], rows["low"], rows["high"], color=colour, alpha=0.2, lw=0)
        axes.plot(rows["episode"], rows["value"], color=colour, ls=line, lw=1.5)
    targets = reachable[reachable["setting"] == setting]
    plateau, optimum = targets[["down_left_squared_distance", "best_squared_distance"]].mean()
    axes.axhline(plateau, color="0.2", lw=0.8, zorder=0)
    text = (
        f"line: down-left into the cross, {plateau:.2f}\nreachable optimum: {optimum:.3f}, below the axis ↓"
    )
    axes.text(0.99, 0.02, text, transform=axes.transAxes, ha="right", fontsize=6.5)
    axes.set(yscale="log", xlabel="training episode", title=f"setting {setting}")
    style.plain_ticks(axes)


# %%
settings = list(curves["setting"].unique())
fig, all_axes = plt.subplots(1, len(settings), figsize=(style.TEXT_WIDTH, 3.0), sharey=True, squeeze=False)
for axes, setting in zip(all_axes[0], settings, strict=True):
    draw(axes, setting)
all_axes[0, 0].set_ylabel("squared distance at the end, m²")
all_axes[0, 0].set_ylim(5, None)
handles = [
    *(Line2D([], [], color=colour, ls=line, label=f"N = {one}") for one, (colour, line) in looks.items()),
    Line2D([], [], color="0.5", lw=0.5, label="a run"),
    Patch(color="0.5", alpha=0.3, lw=0, label="interval of the mean"),
]
fig.legend(handles=handles, loc="outside upper center", ncols=6)
figure.save(fig, "long_training")
