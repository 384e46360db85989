# %% [markdown]
# # Adaptation in point navigation
#
# What each learner earns on held-out goals after some gradient updates on each: the mean over runs and goals, every run as a
# dot, and the published values beside them.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from athanor.reporting import figure, style

LOOKS = {
    "random": ("random weights", style.PALETTE[7], "v"),
    "multitask": ("multitask", style.PALETTE[4], "D"),
    "reptile": ("Reptile", style.PALETTE[1], "^"),
    "fomaml": ("FOMAML", style.PALETTE[2], "s"),
    "maml": ("MAML", style.PALETTE[3], "o"),
    "emaml": ("E-MAML", style.PALETTE[9], "P"),
}
adaptation = figure.table("overview/adaptation.csv")
published = figure.table("overview/published_adaptation.csv")
style.apply()
means = adaptation.groupby(["learner", "run", "updates"])["return"].mean()


# %%
def draw(axes: Axes) -> None:
    """Draw what learners cost, so that a logarithmic axis shows both ends."""
    for learner, (label, colour, marker) in LOOKS.items():
        runs = -means[learner].unstack("run")
        axes.plot(runs.index, runs, ".", color=colour, alpha=0.35, ms=3)
        axes.plot(runs.index, runs.mean(axis=1), color=colour, marker=marker, ms=4, label=label)
        theirs = published[published["learner"] == learner]
        axes.plot(theirs["updates"], -theirs["return"], "x--", color=colour, lw=0.8, ms=5)
    optimum = -means["oracle"].mean()
    axes.axhline(optimum, color="0.3", lw=1, dashes=(4, 2), label="straight to the goal")
    axes.plot([], [], "x--", color="0.3", lw=0.8, ms=5, label="published")
    axes.set(yscale="log", xlabel="updates on a held-out goal", ylabel="return")
    axes.set_yticks([0.5, 1, 2, 5, 10, 20, 50, 100], ["−0.5", "−1", "−2", "−5", "−10", "−20", "−50", "−100"])
    axes.minorticks_off()
    axes.invert_yaxis()


# %%
fig, axes = plt.subplots(figsize=(style.TEXT_WIDTH, 3.2))
draw(axes)
fig.legend(*axes.get_legend_handles_labels(), loc="outside right center")
figure.save(fig, "point_navigation")
