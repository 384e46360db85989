# %% [markdown]
# # Exploration apart from execution, and end to end
#
# The return of the paid episode on the bus grid along training, every run thin and their mean thick; dashed, what can be
# earned exactly with all buses known and with none.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from athanor.reporting import figure, style

LOOKS = {
    "dream": ("apart (DREAM)", style.PALETTE[2]),
    "dream_without_bottleneck": ("apart, no bottleneck", style.PALETTE[1]),
    "end_to_end": ("end to end", style.PALETTE[3]),
}
TITLES = {"9x9_20": "useful buses alone", "9x9_distracting": "with distracting buses"}
curves = figure.table("overview/bus_grid.csv")
exact = figure.table("overview/exact.csv")
exact = exact[exact["family"] == "bus_grid"].set_index(["setting", "quantity"])["value"]
style.apply()


# %%
def draw(axes: Axes, setting: str) -> None:
    """Draw the curves of a grid's learners, and what is earned by who knows the buses and who does not."""
    rows = curves[curves["setting"] == setting]
    for learner, (label, colour) in LOOKS.items():
        runs = rows[rows["learner"] == learner].pivot(index="steps", columns="run", values="return")
        if runs.empty:
            continue
        axes.plot(runs.index / 1e6, runs, color=colour, lw=0.4, alpha=0.5)
        axes.plot(runs.index / 1e6, runs.mean(axis=1), color=colour, lw=1.3, label=label)
    for quantity, label, dashes in (
        ("informed", "all buses known", (4, 2)),
        ("uninformed", "none known", (1, 1)),
    ):
        axes.axhline(exact[setting, quantity], color="0.3", lw=1, dashes=dashes, label=label)
    axes.set(xlabel="steps, millions", title=TITLES[setting])
    axes.legend(loc="lower right")


# %%
settings = list(curves["setting"].unique())
fig, panels = plt.subplots(1, len(settings), figsize=(style.TEXT_WIDTH, 2.6), sharey=True, squeeze=False)
for axes, setting in zip(panels.flat, settings, strict=True):
    draw(axes, setting)
panels[0, 0].set_ylabel("return of the paid episode")
figure.save(fig, "bus_grid")
