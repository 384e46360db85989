# %% [markdown]
# # Adaptation to hidden targets
#
# Return and distance after 0 to 5 steps of adaptation to targets that the observation does not hold; each learner's
# training runs, their mean, and the policy that knows the target.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from athanor.reporting import figure, statistics, style

LOOKS = {
    "maml": ("MAML", style.PALETTE[0], "o"),
    "emaml": ("E-MAML", style.PALETTE[5], "P"),
    "fomaml": ("FOMAML", style.PALETTE[1], "s"),
    "reptile": ("Reptile", style.PALETTE[2], "^"),
    "joint": ("joint training", style.PALETTE[4], "D"),
    "random": ("untrained", style.PALETTE[7], "X"),
}
RESAMPLES = 2000
scores = figure.table("navigation/adaptation_scores.csv")
oracle = figure.table("navigation/adaptation_oracle.csv")
style.apply()


# %%
def draw(axes: Axes, column: str) -> None:
    """Draw a column by step: every run thin, the mean over runs with its interval."""
    rng = np.random.default_rng(0)
    for place, (learner, (label, colour, marker)) in enumerate(LOOKS.items()):
        runs = scores[scores["learner"] == learner].pivot(index="step", columns="seed", values=column)
        shown = runs.dropna(axis=1)
        axes.plot(runs.index, runs, color=colour, lw=0.4, alpha=0.45)
        estimates = np.array([statistics.mean(row, rng, resamples=RESAMPLES) for row in shown.to_numpy()])
        mean, low, high = estimates.T
        axes.errorbar(
            runs.index + (place - (len(LOOKS) - 1) / 2) * 0.05,
            mean,
            (mean - low, high - mean),
            color=colour,
            marker=marker,
            elinewidth=1.0,
            label=label,
        )
    axes.set(xticks=runs.index, xlabel="adaptation steps")


# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 2.7))
draw(left, "score")
left.axhline(1.0, color="#222222", ls="--", lw=0.9, label="oracle")
left.axhline(0.0, color="0.6", ls=":", lw=0.9)
left.set_ylabel("return, 0: untrained, 1: oracle")
draw(right, "distance")
right.axhline(oracle["distance"].mean(), color="#222222", ls="--", lw=0.9)
right.set(ylabel="distance at the end, m", ylim=(0, None))
fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=7)
figure.save(fig, "adaptation")
