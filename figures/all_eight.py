# %% [markdown]
# # What it takes to reach all eight targets
#
# Where rollouts end after training, by target and by what was changed in training; every run is a dot.

# %%
import matplotlib.pyplot as plt
import numpy as np

from athanor.reporting import figure, style

LABELS = {
    "base": "base",
    "discount": "discount",
    "exploration": "exploration",
    "curriculum": "curriculum",
    "inner_steps": "inner steps",
    "shaping": "shaping",
    "combination": "combination",
    "long": "long",
}
ends = figure.table("navigation/all_eight.csv")
targets = ends.drop_duplicates("target").sort_values("target")
style.apply()

# %%
fig, panels = plt.subplots(2, 4, figsize=(style.TEXT_WIDTH, 4.2), sharex=True, sharey=True)
for axes, target in zip(panels.flat, targets.itertuples(), strict=False):
    best = target.reachable_distance
    axes.axhline(best, color="#222222", ls="--", lw=0.8)
    for place, variant in enumerate(LABELS):
        runs = ends[(ends["variant"] == variant) & (ends["target"] == target.target)]
        for reached, colour, marker in ((1, style.PALETTE[2], "o"), (0, style.PALETTE[3], "X")):
            here = runs.loc[runs["reached"] == reached, ["seed", "distance"]]
            shift = (here["seed"] - runs["seed"].mean()) / max(len(runs), 1) * 0.6
            axes.plot(place + shift, here["distance"], marker, color=colour, ms=2.8, mew=0)
    axes.set_title(f"({target.x:g}, {target.y:g})")
    axes.set_xticks(np.arange(len(LABELS)), LABELS.values(), rotation=90)
for axes in panels[:, 0]:
    axes.set_ylabel("distance at the end, m")
panels[0, 0].set_ylim(0, None)
figure.save(fig, "all_eight")
