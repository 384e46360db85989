# %% [markdown]
# # Courses and agents that evolve together
#
# The hardest course solved by evaluations, with transfers and without; and how much of the course that is hardest for POET
# agents run that are trained for it directly. Every run thin, their mean thick.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from athanor.reporting import figure, style

LOOKS = {
    "poet": ("POET", style.PALETTE[0]),
    "poet_without_transfers": ("without transfers", style.PALETTE[1]),
    "from_scratch": ("from scratch", style.PALETTE[3]),
    "restarts": ("from scratch, restarts", style.PALETTE[4]),
    "curriculum": ("direct curriculum", style.PALETTE[2]),
}
curves = figure.table("overview/coevolution_curves.csv")
style.apply()


# %%
def draw(axes: Axes, quantity: str) -> None:
    """Draw all runs as steps, and means where every run has a value."""
    for system, rows in curves[curves["quantity"] == quantity].groupby("system", sort=False):
        label, colour = LOOKS[system]
        runs = [(one["evaluations"].to_numpy(), one["value"].to_numpy()) for _, one in rows.groupby("run")]
        for evaluations, value in runs:
            axes.step(evaluations / 1e3, value, where="post", color=colour, lw=0.5, alpha=0.6)
        grid = np.linspace(max(one[0][0] for one in runs), min(one[0][-1] for one in runs), 200)
        means = [value[np.searchsorted(evaluations, grid, side="right") - 1] for evaluations, value in runs]
        axes.plot(grid / 1e3, np.mean(means, axis=0), color=colour, lw=1.5, label=label)
    axes.set(xlabel="evaluations, thousands", ylim=(0, 1.05))


# %%
fig, (hardest, shares) = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 2.6))
draw(hardest, "hardness")
hardest.set(ylabel="hardness", title="hardest course solved so far")
draw(shares, "share")
shares.set(ylabel="share of the course", title="trained for POET's hardest course")
handles = [handle for axes in (hardest, shares) for handle in axes.get_legend_handles_labels()[0]]
fig.legend(handles=handles, loc="outside upper center", ncols=5)
figure.save(fig, "coevolution")
