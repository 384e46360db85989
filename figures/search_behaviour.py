# %% [markdown]
# # How agents search for a target on an arc
#
# Left: the return of an episode by its number on one target, of the belief agent and of PEARL (every run thin, their mean thick) and of
# scripted agents. Right: the paths of the first episodes of one trial of a run of either agent, with the target in its disc.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from athanor.reporting import figure, style

LOOKS = {
    "belief_network": ("belief agent (B)", style.PALETTE[2], "o"),
    "pearl": ("PEARL", style.PALETTE[3], "s"),
}
SCRIPTED = {
    "oracle": ("oracle", "0.2", (1, 1)),
    "sweep": ("sweep", style.PALETTE[0], (4, 2)),
    "posterior_sampling": ("posterior sampling", style.PALETTE[4], (4, 1, 1, 1)),
}
EPISODES = 3  # whose paths are shown
table = figure.table("task_inference/behaviour.csv")
paths = {agent: figure.arrays(f"task_inference/behaviour/search/{agent}/paths.npz") for agent in LOOKS}
style.apply()


# %%
def draw_returns(axes: Axes) -> None:
    """Draw returns by episode."""
    for agent, (label, colour, dashes) in SCRIPTED.items():
        rows = table[table["agent"] == agent]
        axes.plot(rows["episode"], rows["return"], color=colour, dashes=dashes, lw=1, label=label)
    for agent, (label, colour, marker) in LOOKS.items():
        runs = table[table["agent"] == agent].pivot(index="episode", columns="run", values="return")
        axes.plot(runs.index, runs, color=colour, lw=0.3, alpha=0.5)
        axes.plot(runs.index, runs.mean(axis=1), color=colour, marker=marker, label=label)
    axes.set(xlabel="episode on one target", ylabel="return of an episode", ylim=(0, None))
    axes.set_xticks(sorted(table["episode"].unique()))


def draw_paths(axes: Axes, agent: str) -> None:
    """Draw the first episodes of a trial of the first run."""
    angle = np.linspace(0, np.pi, 100)
    axes.plot(np.cos(angle), np.sin(angle), color="0.7", lw=0.8)
    axes.add_patch(
        Circle(
            tuple(paths[agent]["target"]),
            float(paths[agent]["radius"]),
            color=style.PALETTE[3],
            alpha=0.25,
            lw=0,
        )
    )
    for episode, path in enumerate(paths[agent]["path"][0][:EPISODES]):
        from_start = np.concatenate([np.zeros((1, 2)), path])
        colour = style.PALETTE[(0, 1, 2)[episode]]
        axes.plot(*from_start.T, color=colour, marker=".", ms=2.5, lw=0.9, label=f"episode {episode + 1}")
    axes.set(title=LOOKS[agent][0], aspect="equal", xlim=(-1.4, 1.4), ylim=(-0.5, 1.4), xticks=[], yticks=[])


# %%
fig, panels = plt.subplot_mosaic(
    [["returns", "belief_network"], ["returns", "pearl"]],
    figsize=(style.TEXT_WIDTH, style.LINE_HEIGHT + 1.0),
    width_ratios=(1.25, 1),
)
draw_returns(panels["returns"])
fig.legend(*panels["returns"].get_legend_handles_labels(), loc="outside upper left", ncols=2)
for agent in LOOKS:
    draw_paths(panels[agent], agent)
panels["pearl"].legend(loc="lower center", ncols=3, bbox_to_anchor=(0.5, -0.25))
figure.save(fig, "search_behaviour")
