# %% [markdown]
# # What learners miss of the task
#
# Step by step along a trial of a trained learner, how many bits lie between the exact posterior and what a probe decodes from
# its memory, game by game: every run thin, their mean thick. The dotted line is what a memory without information would
# miss of agent A's trials: all that they have told so far.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from athanor.reporting import figure, style

LOOKS = {
    "recurrent": ("A, recurrent", style.PALETTE[3]),
    "belief_network": ("B, belief network", style.PALETTE[2]),
    "auxiliary_head": ("C, auxiliary head", style.PALETTE[1]),
}
TITLES = {
    "bandit": "bandit, 5 arms, 10 pulls",
    "grid_navi": "GridNavi, 4 episodes",
    "numpad": "numpad, 2 x 2",
    "simple_alchemy": "Simple Alchemy",
    "semicircle": "semicircle",
}
COLUMNS = 3  # of panels
LEAST = 0.002  # bits that are shown; before the first action nothing is missed
beliefs = figure.table("task_inference/decoded_beliefs.csv")
games = list(beliefs.groupby("family", sort=False))
style.apply()


# %%
def draw(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw what each learner misses of a game, and what there is to miss."""
    for learner, (label, colour) in LOOKS.items():
        runs = rows[rows["learner"] == learner].pivot(index="step", columns="run", values="bits")
        if runs.empty:
            continue
        axes.plot(runs.index, runs, color=colour, lw=0.3, alpha=0.4)
        axes.plot(runs.index, runs.mean(axis=1), color=colour, lw=1.2, label=label)
    told = rows[rows["learner"] == "recurrent"].groupby("step")["information"].mean()
    axes.plot(told.index, told, color=style.PALETTE[7], ls=":", lw=1.2, label="all that A's trials have told")
    axes.set_yscale("log", nonpositive="mask")
    axes.set(xlabel="actions taken", ylim=(LEAST, None))
    style.plain_ticks(axes, LogLocator())


# %%
lines = -(-len(games) // COLUMNS)
size = (style.TEXT_WIDTH, 0.4 + 1.9 * lines)
fig, panels = plt.subplots(lines, COLUMNS, figsize=size, squeeze=False)
for axes, (game, rows) in zip(panels.flat, games, strict=False):
    draw(axes, rows)
    axes.set_title(TITLES.get(str(game), str(game)))
for axes in panels.flat[len(games) :]:
    axes.set_axis_off()
for axes in panels[:, 0]:
    axes.set_ylabel("bits missed")
fig.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
figure.save(fig, "inference_and_control")
