# %% [markdown]
# # Meta-learning over the chemistries of Alchemy
#
# Left: the score of an episode along training over the distribution. Right: the score on chemistries that training left
# out, by the steps of adaptation to each, beside what the poster shows.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from athanor.reporting import figure, statistics, style

LOOKS = {
    "maml": ("MAML", style.PALETTE[0], "o"),
    "fomaml": ("FOMAML", style.PALETTE[1], "s"),
    "fomaml_fixed": ("FOMAML, fixed chemistries", style.PALETTE[2], "^"),
    "joint": ("joint training", style.PALETTE[4], "D"),
    "untrained": ("untrained", style.PALETTE[7], "X"),
}
PLAYERS = {"oracle": "--", "random_dips": "-.", "deposit_positive": (0, (1, 1)), "random": ":"}
RESAMPLES = 2000
curves = figure.table("alchemy/learning_curves.csv").query("experiment == 'meta_learning'")
scores = figure.table("alchemy/fine_tuning_scores.csv")
published = figure.table("alchemy/published_learners.csv")
style.apply()


# %%
def draw(axes: Axes, runs: pd.DataFrame, learner: str, every: int) -> None:
    """Draw every run thin, and the mean over runs with its interval at every few points."""
    label, colour, marker = LOOKS[learner]
    rng = np.random.default_rng(0)
    shown = runs.dropna(axis=1)
    mean = shown.mean(axis=1)
    axes.plot(runs.index, runs, color=colour, lw=0.3, alpha=0.5)
    axes.plot(mean.index, mean, color=colour, marker=marker, ms=3, markevery=every, label=label)
    for place in mean.index[::every]:
        _, low, high = statistics.mean(shown.loc[place].to_numpy(), rng, resamples=RESAMPLES)
        axes.plot([place, place], [low, high], color=colour, lw=1.0)


# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 2.9), sharey=True)
for learner in LOOKS:
    trained = curves[curves["learner"] == learner]
    if len(trained):
        runs = trained.assign(thousands=trained["episode"] / 1000)
        draw(left, runs.pivot(index="thousands", columns="seed", values="score"), learner, 10)
    tested = scores[scores["learner"] == learner]
    draw(right, tested.pivot(index="episode", columns="seed", values="score"), learner, 5)
for axes, learner, curve, scale in (
    (left, "fomaml_fixed", "fomaml_three", 1000),
    (right, "maml", "maml_fine_tuned", 1),
    (right, "joint", "joint_fine_tuned", 1),
):
    label, colour, marker = LOOKS[learner]
    shown = published[published["curve"] == curve]
    looks = {"color": colour, "mfc": "white", "ms": 3, "label": f"{label}, poster"}
    axes.plot(shown["episode"] / scale, shown["score"], marker + ":", **looks)
means = scores[scores["learner"].isin(PLAYERS)].set_index("learner")["score"]
for player, line in PLAYERS.items():
    looks = style.AGENTS[player]
    for axes in (left, right):
        axes.axhline(means[player], color=looks.colour, ls=line, lw=1.0, label=looks.label)
left.set(xlabel="training episodes, thousands", ylabel="score of an episode", ylim=(0, None))
right.set(xlabel="episodes of adaptation, held-out chemistries")
labelled: dict[str, Artist] = {}
for axes in (left, right):
    handles, names = axes.get_legend_handles_labels()
    labelled |= dict(zip(names, handles, strict=True))
fig.legend(labelled.values(), labelled.keys(), loc="outside upper center", ncols=3)
figure.save(fig, "meta_learning")
