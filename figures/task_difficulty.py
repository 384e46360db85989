# %% [markdown]
# # Difficulty, predicted and used
#
# How well features of a target, known before training, say how far from it a trained policy ends; and training with
# targets in the order of the difficulty so predicted.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from athanor.reporting import figure, statistics, style

ORDERS = {
    "uniform": ("uniform", style.PALETTE[0], "o"),
    "easy_first": ("easy first", style.PALETTE[1], "s"),
    "hard_first": ("hard first", style.PALETTE[2], "^"),
    "fixed": ("eight fixed", style.PALETTE[4], "D"),
}
MARKERS = {"uniform": "o", "random": "s", "narrow": "^"}
TESTS = {"held_out": "held-out\ntargets", "fixed_eight": "the eight\nfixed"}
targets = figure.table("navigation/difficulty.csv")
predictions = figure.table("navigation/difficulty_prediction.csv")
finals = figure.table("navigation/curriculum.csv")
curves = figure.table("navigation/curriculum_training.csv")
orders = [name for name in ORDERS if name in set(finals["order"])]
rng = np.random.default_rng(0)
style.apply()


# %%
def legend_above(axes: Axes, title: str) -> None:
    """Put the legend where nothing is drawn."""
    axes.legend(
        title=title, title_fontsize=7, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, columnspacing=1
    )


def draw_targets(axes: Axes) -> None:
    """Draw each target's excess distance against the classifier's log-odds."""
    for place, (distribution, rows) in enumerate(targets.groupby("test_distribution", sort=False)):
        axes.plot(
            rows["predicted_log_odds"],
            rows["excess_distance"],
            MARKERS[str(distribution)],
            color=style.PALETTE[place],
            ms=3,
            mfc="none",
            label=str(distribution),
        )
    axes.set(xlabel="log-odds that the target is easy", ylabel="end beyond the optimum, m")
    legend_above(axes, "targets")


def draw_predictions(axes: Axes) -> None:
    """Draw the share of variance explained out of fold, by feature, for both outcomes."""
    rows = predictions[predictions["measure"] == "rank_correlation"]
    names = list(dict.fromkeys(rows["feature"]))
    for shift, (outcome, label, marker) in zip(
        (0.13, -0.13),
        (("excess_distance", "distance", "o"), ("regret", "return", "s")),
        strict=True,
    ):
        chosen = rows[rows["outcome"] == outcome].set_index("feature").loc[names]
        whiskers = (chosen["value"] - chosen["low"], chosen["high"] - chosen["value"])
        axes.errorbar(
            chosen["value"],
            np.arange(len(names)) + shift,
            xerr=np.nan_to_num(np.stack(whiskers)),
            marker=marker,
            ls="",
            elinewidth=0.9,
            label=label,
        )
    axes.axvline(0, color="0.6", lw=0.7, zorder=0)
    axes.set_yticks(np.arange(len(names)), [name.replace("_", " ") for name in names])
    axes.set(xlabel="rank correlation with what is missed", xlim=(-1.05, 1.05))
    axes.invert_yaxis()
    legend_above(axes, "missed in")


def draw_curves(axes: Axes) -> None:
    """Draw the training curve of every run and their mean, by order."""
    for name in orders:
        label, colour, _ = ORDERS[name]
        runs = curves[curves["order"] == name].pivot(index="episode", columns="seed", values="distance")
        axes.plot(runs.index, runs, color=colour, lw=0.4, alpha=0.35)
        axes.plot(runs.index, runs.mean(axis=1), color=colour, label=label)
    axes.set(xlabel="episode", ylabel="distance to the tasks met, m", ylim=(0, None))
    legend_above(axes, "order")


def draw_finals(axes: Axes) -> None:
    """Draw the final score of every run on both sets of targets, and the mean with its interval."""
    tests = [name for name in TESTS if name in set(finals["tested_on"])]
    for place, test in enumerate(tests):
        for shift, name in zip(np.linspace(-0.3, 0.3, len(orders)), orders, strict=True):
            _, colour, marker = ORDERS[name]
            chosen = finals[(finals["order"] == name) & (finals["tested_on"] == test)]
            draw_mean(axes, place + shift, chosen["score"].dropna(), colour, marker)
    axes.set_xticks(range(len(tests)), [TESTS[name] for name in tests])
    axes.set(xlabel="tested on", ylabel="score")


def draw_mean(axes: Axes, x: float, values: "pd.Series[float]", colour: str, marker: str) -> None:
    """Draw the runs, and beside them their mean with its interval."""
    axes.plot(np.full(len(values), x - 0.04), values, ".", color=colour, ms=3, mew=0, alpha=0.6)
    if len(values) < 2:
        return
    found = statistics.mean(values.to_numpy(), rng, resamples=1000)
    whiskers = np.array([[found.value - found.low], [found.high - found.value]])
    axes.errorbar(x + 0.04, found.value, whiskers, color=colour, marker=marker, elinewidth=1)


# %%
fig, grid = plt.subplots(2, 2, figsize=(style.TEXT_WIDTH, 5.2))
draw_targets(grid[0, 0])
draw_predictions(grid[0, 1])
draw_curves(grid[1, 0])
draw_finals(grid[1, 1])
figure.save(fig, "task_difficulty")
