# %% [markdown]
# # Single tasks
#
# Learning curves of the policy gradient and of PPO on one target each, every run shown.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

LOOKS = {"vpg": ("policy gradient", style.PALETTE[0], "-"), "ppo": ("PPO", style.PALETTE[1], "--")}
REACH = 0.15  # m, within which a walk that always steps nearer has reached its target
curves = figure.table("navigation/single_task.csv")
reachable = figure.table("navigation/reachable.csv").query("setting == 'release' and obstacles == 'medium'")
reachable = reachable.set_index("target")
style.apply()


# %%
def draw(axes: Axes, target: int) -> None:
    """Draw every run of both learners and their means."""
    for name, (_, colour, line) in LOOKS.items():
        rows = curves[(curves["target"] == target) & (curves["learner"] == name)]
        runs = rows.pivot(index="episode", columns="seed", values="distance")
        axes.plot(runs.index, runs, color=colour, lw=0.4, alpha=0.45)
        axes.plot(runs.index, runs.mean(axis=1), color=colour, lw=1.5, ls=line)
    known = reachable.loc[target]
    axes.axhline(known["best_squared_distance"] ** 0.5, color="0.3", ls=":", lw=1.0)
    place = "behind the cross" if known["myopic_distance"] > REACH else "before the cross"
    axes.set(xlabel="episode")
    axes.set_title(f"target ({known['x']:g}, {known['y']:g}), {place}")
    axes.grid(axis="y", lw=0.4, color="0.9")


# %%
targets = list(curves["target"].unique())
fig, panels = plt.subplots(1, len(targets), figsize=(style.TEXT_WIDTH, 2.5), sharey=True, squeeze=False)
for axes, target in zip(panels[0], targets, strict=True):
    draw(axes, target)
panels[0, 0].set_ylabel("distance at the end, m")
panels[0, 0].set_ylim(bottom=0)  # once all is drawn: the panels share it
handles = [
    *(
        Line2D([], [], color=colour, ls=line, label=f"{label} (thin: a run)")
        for label, colour, line in LOOKS.values()
    ),
    Line2D([], [], color="0.3", ls=":", label="reachable optimum"),
]
fig.legend(handles=handles, loc="outside upper center", ncols=3)
figure.save(fig, "single_task")
