# %% [markdown]
# # A recurrent meta-learner
#
# The score of an episode along training on Simple Alchemy and on the full game, and the score of each trial at the end of
# training on either, above that of the first trial.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from athanor.reporting import figure, style

COLOUR = style.PALETTE[2]
EXACT = {"oracle": "--", "bayes_optimal": "-", "random": ":"}
MEMORYLESS = "optimal, trial by trial"
PLAYED = {"oracle": "--", "qmdp": "-", "random_dips": "-.", "random": ":"}
TITLES = {"simple": "Simple Alchemy", "full": "Alchemy"}
curves = figure.table("alchemy/learning_curves.csv").query("experiment == 'recurrent'")
trials = figure.table("alchemy/recurrent_trials.csv")
exact = figure.table("simple_alchemy/yardstick.csv").set_index("trials").sort_index()
means = figure.table("alchemy/mean_scores.csv").astype({"trial": str})
played = means[means["trial"] == "all"].set_index("agent")["value"]
style.apply()


# %%
def draw_training(axes: Axes, game: str) -> None:
    """Draw every run thin and their mean thick, between players that do not learn."""
    rows = curves[curves["game"] == game]
    runs = rows.pivot(index="episode", columns="seed", values="score")
    axes.plot(runs.index / 1000, runs, color=COLOUR, lw=0.4, alpha=0.6)
    axes.plot(runs.index / 1000, runs.mean(axis=1), color=COLOUR, label="recurrent")
    lines, values = (EXACT, exact.iloc[-1]) if game == "simple" else (PLAYED, played)
    for player, line in lines.items():
        looks = style.AGENTS[player]
        axes.axhline(values[player], color=looks.colour, ls=line, lw=1.0, label=looks.label)
    if game == "simple":
        memoryless = exact["bayes_optimal"].iloc[0] * exact.index[-1] / exact.index[0]
        axes.axhline(
            memoryless, color=style.AGENTS["bayes_optimal"].colour, ls="-.", lw=1.0, label=MEMORYLESS
        )
    axes.set(title=TITLES[game], xlabel="training episodes, thousands", ylim=(0, None))


def draw_trials(axes: Axes) -> None:
    """Draw the score of each trial over that of the first, by game."""
    for game, marker, colour in (("simple", "o", style.PALETTE[0]), ("full", "s", style.PALETTE[1])):
        rows = trials[trials["game"] == game]
        runs = rows.pivot(index="trial", columns="seed", values="score")
        axes.plot(runs.index, runs - runs.iloc[0], color=colour, lw=0.4, alpha=0.6)
        gain = (runs - runs.iloc[0]).mean(axis=1)
        axes.plot(gain.index, gain, marker=marker, color=colour, label=TITLES[game])
    optimal = exact["bayes_optimal"].diff().fillna(exact["bayes_optimal"]).loc[: trials["trial"].max()]
    looks = {"color": style.PALETTE[0], "ls": "--", "lw": 1.0, "label": "Simple Alchemy,\nBayes-optimal"}
    axes.plot(optimal.index, optimal - optimal.iloc[0], **looks)
    axes.axhline(0.0, color="0.6", ls=":", lw=0.8)
    axes.set(title="within an episode", xlabel="trial", ylabel="score over the first trial's")
    axes.set_ylim(top=9.5)  # room for the legend
    axes.legend(loc="upper right")


# %%
fig, (left, middle, right) = plt.subplots(1, 3, figsize=(style.TEXT_WIDTH, 2.6))
draw_training(left, "simple")
draw_training(middle, "full")
draw_trials(right)
left.set_ylabel("score of an episode")
named = [panel.get_legend_handles_labels() for panel in (left, middle)]
labelled = {label: line for lines, labels in named for line, label in zip(lines, labels, strict=True)}
fig.legend(labelled.values(), labelled.keys(), loc="outside upper center", ncols=4)
figure.save(fig, "recurrent")
