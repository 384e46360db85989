# %% [markdown]
# # Learning off policy, and a bottleneck on the memory
#
# Left: the return of a trial along training, off policy (SVG(0) on replayed trials) and on policy (PPO), on held-out tasks in
# full and on the tasks trained on dashed; every run thin, their mean thick. Right: where training with a bottleneck on the
# belief network's memory ends, by the weight of its cost; every run a dot, their mean a line.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from athanor.reporting import figure, style

LOOKS = {
    ("svg", "A"): ("SVG(0), A", style.PALETTE[0]),
    ("svg", "B"): ("SVG(0), B", style.PALETTE[2]),
    ("ppo", "A"): ("PPO, A", style.PALETTE[3]),
    ("ppo", "B"): ("PPO, B", style.PALETTE[1]),
}
TASKS = {"held_out": ("-", "o", "held-out tasks"), "train": ("--", "s", "training tasks")}
curves = figure.table("task_inference/off_policy.csv")
bottleneck = figure.table("task_inference/bottleneck.csv")
families = list(curves["family"].unique())
style.apply()


# %%
def draw_curves(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the learning curves of a family."""
    for (learner, agent), own in rows.groupby(["learner", "agent"], sort=False):
        label, colour = LOOKS[learner, agent]
        for tasks, (line, _, _) in TASKS.items():
            runs = own[own["tasks"] == tasks].pivot(index="steps", columns="run", values="mean_return")
            if tasks == "held_out":
                axes.plot(runs.index / 1e6, runs, color=colour, lw=0.3, alpha=0.5)
            named = label if tasks == "held_out" else None
            axes.plot(runs.index / 1e6, runs.mean(axis=1), color=colour, ls=line, lw=1.2, label=named)
    axes.set(xlabel="steps, millions", title=rows["family"].iloc[0].replace("_", " "))
    axes.legend()


def draw_bottleneck(axes: Axes) -> None:
    """Draw the ends of all runs by the weight of the bottleneck's cost."""
    last = bottleneck[bottleneck["steps"] == bottleneck["steps"].max()]
    weights = sorted(last["beta"].unique())
    for shift, (tasks, (line, marker, label)) in zip((-0.06, 0.06), TASKS.items(), strict=True):
        own = last[last["tasks"] == tasks]
        places = own["beta"].map(weights.index)
        axes.plot(places + shift, own["mean_return"], marker, color=style.PALETTE[4], ms=2.5, alpha=0.6)
        means = own.groupby("beta")["mean_return"].mean()
        axes.plot(range(len(weights)), means, ls=line, color=style.PALETTE[4], label=label)
    axes.set_xticks(range(len(weights)), [f"{weight:g}" for weight in weights])
    axes.margins(x=0.2)
    axes.set(xlabel="weight, per nat", title="bottleneck")
    axes.legend()


# %%
fig, panels = plt.subplots(1, len(families) + 1, figsize=(style.TEXT_WIDTH, style.LINE_HEIGHT), squeeze=False)
for axes, family in zip(panels[0], families, strict=False):
    draw_curves(axes, curves[curves["family"] == family])
draw_bottleneck(panels[0, -1])
panels[0, 0].set_ylabel("return of a trial")
figure.save(fig, "task_inference_off_policy")
