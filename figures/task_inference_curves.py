# %% [markdown]
# # Learners of task inference
#
# The score of a trial along training, game by game: on held-out tasks in full, on the tasks trained on dashed; every run thin,
# their mean thick. Random play scores 0 and the Bayes-optimal agent 1; a third line is the oracle.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from athanor.reporting import figure, style

LOOKS = {
    "recurrent": ("A, recurrent", style.PALETTE[3]),
    "belief_network": ("B, belief network", style.PALETTE[2]),
    "auxiliary_head": ("C, auxiliary head", style.PALETTE[1]),
    "varibad": ("VariBAD", style.PALETTE[6]),
    "exact_belief": ("exact belief", style.PALETTE[9]),
    "contextual": ("task observed", style.PALETTE[4]),
    "multitask": ("no memory", style.PALETTE[7]),
}
REFERENCES = {"oracle": "--", "bayes_optimal": "-", "random": ":"}
TITLES = {
    ("bandit", "5x10"): "bandit, 5 arms, 10 pulls",
    ("grid_navi", "5x5_15"): "GridNavi",
    ("numpad", "2x2x3_30"): "numpad, 2 x 2",
    ("simple_alchemy", "5x20"): "Simple Alchemy",
    ("semicircle", "0.2_100"): "semicircle",
    ("noisy_target", "0.2_100"): "noisy target",
    ("bandit", "20x100"): "bandit, 20 arms, 100 pulls",
}
COLUMNS = 3  # of panels
curves = figure.table("task_inference/learning_curves.csv")
scales = figure.table("task_inference/learning_scales.csv").set_index(["family", "setting"])
games = list(curves.groupby(["family", "setting"], sort=False))
style.apply()


# %%
def draw(axes: Axes, rows: pd.DataFrame, scale: pd.Series) -> None:
    """Draw the curves of a game's learners, and what agents earn that do not learn."""
    for learner, (label, colour) in LOOKS.items():
        own = rows[rows["learner"] == learner]
        for tasks, line in (("held_out", "-"), ("train", "--")):
            runs = own[own["tasks"] == tasks].pivot(index="steps", columns="run", values="score")
            if runs.empty:
                continue
            if tasks == "held_out":
                axes.plot(runs.index / 1e6, runs, color=colour, lw=0.3, alpha=0.4)
            mean, named = runs.mean(axis=1), label if tasks == "held_out" else None
            axes.plot(runs.index / 1e6, mean, color=colour, ls=line, lw=1.2, label=named)
    for agent, line in REFERENCES.items():
        score = (scale[agent] - scale["random"]) / (scale["bayes_optimal"] - scale["random"])
        looks = style.AGENTS[agent]
        axes.axhline(score, color=looks.colour, ls=line, lw=0.9, label=looks.label)
    axes.set(xlabel="steps, millions")


# %%
lines = -(-len(games) // COLUMNS)
size = (style.TEXT_WIDTH, 0.5 + 1.9 * lines)
fig, panels = plt.subplots(lines, COLUMNS, figsize=size, squeeze=False)
for axes, (game, rows) in zip(panels.flat, games, strict=False):
    draw(axes, rows, scales.loc[game])
    axes.set_title(TITLES.get(game, " ".join(game)))
for axes in panels.flat[len(games) :]:
    axes.set_axis_off()
for axes in panels[:, 0]:
    axes.set_ylabel("score of a trial")
# Not every learner is in every game.
named = {
    label: line for axes in panels.flat for line, label in zip(*axes.get_legend_handles_labels(), strict=True)
}
fig.legend(named.values(), named.keys(), loc="outside upper center", ncols=5)
figure.save(fig, "task_inference_curves")
