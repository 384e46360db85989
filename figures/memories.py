# %% [markdown]
# # Memories of the recurrent learner
#
# The score of a trial on held-out tasks along training, game by game, by what the policy remembers with: 0 is what random play
# earns, 1 what the Bayes-optimal agent does. Every run thin, their mean thick.

# %%
import matplotlib.pyplot as plt

from athanor.reporting import figure, style

LOOKS = {
    "recurrent": ("gated recurrent unit", style.PALETTE[3], "-"),
    "lstm": ("LSTM", style.PALETTE[0], "--"),
    "attention": ("causal attention", style.PALETTE[1], "-."),
    "temporal_convolution": ("temporal convolution", style.PALETTE[2], ":"),
}
TITLES = {
    ("bandit", "5x10"): "bandit, 5 arms, 10 pulls",
    ("grid_navi", "5x5_15"): "GridNavi",
    ("simple_alchemy", "5x20"): "Simple Alchemy",
}
points = figure.table("task_inference/memories.csv").query("tasks == 'held_out'")
games = list(points.groupby(["family", "setting"], sort=False))
style.apply()

# %%
size = (style.TEXT_WIDTH, style.LINE_HEIGHT)
fig, panels = plt.subplots(1, len(games), figsize=size, squeeze=False)
for axes, (game, rows) in zip(panels[0], games, strict=True):
    for learner, (label, colour, line) in LOOKS.items():
        runs = rows[rows["learner"] == learner].pivot(index="steps", columns="run", values="score")
        if not runs.empty:
            axes.plot(runs.index / 1e6, runs, color=colour, lw=0.3, alpha=0.4)
            axes.plot(runs.index / 1e6, runs.mean(axis=1), color=colour, ls=line, label=label)
    axes.axhline(1.0, color=style.AGENTS["bayes_optimal"].colour, lw=0.9, label="Bayes-optimal")
    axes.set(xlabel="steps, millions", title=TITLES.get(game, " ".join(game)))
panels[0, 0].set_ylabel("score of a trial")
fig.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=5)
figure.save(fig, "memories")
