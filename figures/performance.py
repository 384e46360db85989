# %% [markdown]
# # One episode: the oracle and two Bayes agents
#
# The post's performance figure, for episode 0 (by rule, not by choice): pay, where the stone is, what the agent
# does, and what its history says about the causal graph. All agents meet the same graph and the same resets.

# %%
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.image import AxesImage
from scipy.ndimage import maximum_filter1d

from athanor.reporting import figure, style
from athanor.tasks.simple_alchemy.graphs import PAIRS, PERMUTATIONS, enumerate_graphs

EPISODE = 0
DEPOSIT = 2 * PAIRS + 1  # actions: 0 nothing, then two potions a pair, then deposit
FEW = 4  # graphs; when no more are left, their rows of the image are too thin to see
SHOWN = ["oracle", "cem", "bayes_optimal"]

runs = {
    agent: figure.arrays(f"simple_alchemy/agents/simulate/three_edges/{agent}/0/trajectories.npz")
    for agent in SHOWN
    if figure.available(f"simple_alchemy/agents/simulate/three_edges/{agent}/0/trajectories.npz")
}

style.apply()
LOW, HIGH = "#c9d6e4", "#08111f"  # the prior's probability, certainty; white is impossible
shades = LinearSegmentedColormap.from_list("belief", [LOW, "#5b8fc0", "#1d4f91", HIGH])
graphs = enumerate_graphs("three_edges")
norm = LogNorm(1 / len(graphs.edge_present), 1)


# %%
def draw_bar(axes: Axes, on: Bool[np.ndarray, "step"], colour: str) -> None:
    """Fill the steps on which something is true."""
    axes.stairs(on.astype(float), np.arange(len(on) + 1), fill=True, color=colour, linewidth=0)
    axes.set_ylim(0, 1)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def draw_actions(axes: Axes, run: dict[str, np.ndarray], ends: Int[np.ndarray, "trial"]) -> None:
    """Mark each decision: a dip that changed the stone filled, one that did not hollow."""
    action, stone = run["action"][EPISODE], run["stone"][EPISODE]
    changed = np.append(stone[1:] != stone[:-1], False)
    changed[ends - 1] = False  # there the stone is drawn anew
    outside = ~run["in_cauldron"][EPISODE]
    filled = changed | (action == DEPOSIT)
    kinds = {"white": (action > 0) & ~filled, "#222222": (action > 0) & filled}
    for face, shown in kinds.items():
        steps = np.flatnonzero(outside & shown)
        axes.plot(steps + 0.5, action[steps], "o", ms=2.8, mfc=face, mec="#222222", mew=0.5)
    steps = np.flatnonzero(outside & (action == 0))
    axes.plot(steps + 0.5, action[steps], "|", ms=3, mec="#222222", mew=0.6)
    axes.set_ylim(-0.6, DEPOSIT + 0.6)
    axes.grid(axis="y", color="0.92")
    axes.set_axisbelow(True)


def draw_belief(axes: Axes, posterior: Float[np.ndarray, "step graph"]) -> AxesImage:
    """Shade the posterior over the graphs before each step, on a logarithmic scale."""
    steps, count = posterior.shape
    few = (posterior > 0).sum(axis=1, keepdims=True) <= FEW
    drawn = np.where(
        few, maximum_filter1d(posterior, 3, axis=1), posterior
    )  # three rows are as thick as a line
    image = axes.imshow(
        np.ma.masked_equal(drawn.T, 0),
        extent=(0, steps, count, 0),
        cmap=shades,
        norm=norm,
        aspect="auto",
        interpolation="none",
    )
    for boundary in np.arange(1, len(PERMUTATIONS)) * count / len(PERMUTATIONS):
        axes.axhline(boundary, color="0.75", linewidth=0.5, zorder=0.5)
    return image


def true_graph(run: dict[str, np.ndarray]) -> int:
    """Return the number of the episode's graph."""
    same_pairs = (graphs.attribute_of_pair == run["attribute_of_pair"][EPISODE]).all(axis=1)
    same_edges = (graphs.edge_present == run["edge_present"][EPISODE]).all(axis=(1, 2))
    return int(np.flatnonzero(same_pairs & same_edges)[0])


def draw_run(column: np.ndarray, agent: str, run: dict[str, np.ndarray]) -> AxesImage:
    """Draw one agent's episode from top to bottom."""
    reward, trials = run["reward"][EPISODE], run["start_stone"].shape[1]
    ends = np.arange(1, trials + 1) * len(reward) // trials
    paid = int((reward.reshape(trials, -1) > 0).any(axis=1).sum())
    left = int((run["posterior"][-1] > 0).sum())
    column[0].set_title(
        f"{style.AGENTS[agent].label}\n{reward.sum():.0f} steps paid, {paid} of {trials} trials"
        f"\n{left} {'graphs' if left > 1 else 'graph'} left at the end",
        fontsize=7.5,
    )
    draw_bar(column[0], reward > 0, style.AGENTS[agent].colour)
    draw_bar(column[1], run["in_cauldron"][EPISODE], "0.65")
    draw_actions(column[2], run, ends)
    image = draw_belief(column[3], run["posterior"][:-1])
    column[3].plot(
        1.02,
        true_graph(run),
        "<",
        color="#d55e00",
        ms=4.5,
        clip_on=False,
        transform=column[3].get_yaxis_transform(),
    )
    for axes, end in product(column, ends[:-1]):
        axes.axvline(end, color="0.35", linewidth=0.6, linestyle=(0, (2, 2)))
    for axes in column[:-1]:
        axes.tick_params(axis="x", length=0)
    column[3].set(xlim=(0, len(reward)), xticks=[0, *ends], xlabel="step")
    return image


# %%
fig = plt.figure(figsize=(style.TEXT_WIDTH, 5.6))
heights = [0.3, 0.3, 1.6, 4]
rows = fig.subplots(4, len(runs), sharex=True, sharey="row", squeeze=False, height_ratios=heights)
for column, (agent, run) in zip(rows.T, runs.items(), strict=True):
    image = draw_run(column, agent, run)
dips = [f"pair {pair} {arrow}" for pair, arrow in product(range(PAIRS), "↑↓")]
blocks = [" ".join(map(str, permutation)) for permutation in PERMUTATIONS]
rows[0, 0].set_yticks([0.5], ["paid"])
rows[1, 0].set_yticks([0.5], ["in cauldron"])
rows[2, 0].set_yticks(range(DEPOSIT + 1), ["nothing", *dips, "deposit"], fontsize=6.5)
rows[3, 0].set_yticks((np.arange(len(blocks)) + 0.5) * len(graphs.edge_present) / len(blocks), blocks)
for axes in [*rows[:, 1:].flat, rows[3, 0]]:
    axes.tick_params(axis="y", length=0)
rows[3, 0].set_ylabel("causal graph, in blocks by the attributes\nthat pairs 0, 1 and 2 act on")

left = [len(graphs.edge_present), 96, 24, 6, 2, 1]  # graphs
bar = fig.colorbar(image, ax=rows[3], location="bottom", aspect=50, pad=0.02, shrink=0.9)
bar.set_ticks([1 / count for count in left], labels=[*(f"1/{count}" for count in left[:-1]), "1"])
bar.minorticks_off()
bar.set_label("posterior probability of a graph (white: ruled out; ◀ marks the true graph)")
figure.save(fig, "performance")
