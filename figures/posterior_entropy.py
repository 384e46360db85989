# %% [markdown]
# # Posterior entropy against steps
#
# How many bits of the causal graph each agent's history leaves open, averaged over the episodes. Below the floor
# nobody can come: graphs that no dips tell apart, given the stones that the episodes have started with so far.

# %%
import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.axes import Axes

from athanor.reporting import figure, style
from athanor.tasks.simple_alchemy.graphs import FAMILIES, Family, enumerate_graphs

NORMAL = 1.96  # standard errors on either side of a mean: 95 %
TITLES = {"three_edges": "three edges an attribute", "all": "one to four edges"}
LABELS = {"oracle": "an onlooker of the oracle"}  # who knows the rules, sees what it does, but not the graph
labels = figure.arrays("simple_alchemy/floor_by_start.npz")
limits = figure.table("simple_alchemy/one_trial_limit.csv").set_index("family")

played = {
    family: {
        agent
        for agent in style.AGENTS
        if figure.available(f"simple_alchemy/agents/simulate/{family}/{agent}/0/trajectories.npz")
    }
    for family in FAMILIES
}
style.apply()


# %%
def trajectories(family: Family, agent: str) -> dict[str, np.ndarray]:
    """Read an agent's episodes."""
    return figure.arrays(f"simple_alchemy/agents/simulate/{family}/{agent}/0/trajectories.npz")


def draw_agent(axes: Axes, agent: str, counts: Int[np.ndarray, "episode step"], every: int) -> None:
    """Draw the mean entropy before each step, with its interval; the posterior is uniform over what is left."""
    bits = np.log2(counts)
    mean, error = bits.mean(axis=0), bits.std(axis=0, ddof=1) / np.sqrt(len(bits))
    looks = style.AGENTS[agent]
    axes.fill_between(
        range(len(mean)), mean - NORMAL * error, mean + NORMAL * error, color=looks.colour, alpha=0.2, lw=0
    )
    axes.plot(
        mean,
        color=looks.colour,
        linestyle=(0, (4, 1.5)) if agent in LABELS else "-",
        marker=looks.marker,
        markevery=(every - 1, every),
        label=LABELS.get(agent, looks.label),
    )


def floor(family: Family, run: dict[str, np.ndarray]) -> Float[np.ndarray, "trial"]:
    """Return the mean over episodes of log2(graphs like the true one from every start so far)."""
    graphs = enumerate_graphs(family)
    bits = []
    for pairs, edges, starts in zip(
        run["attribute_of_pair"], run["edge_present"], run["start_stone"], strict=True
    ):
        true = (graphs.attribute_of_pair == pairs).all(1) & (graphs.edge_present == edges).all((1, 2))
        alike: Bool[np.ndarray, "trial graph"] = labels[family][starts] == labels[family][starts][:, true]
        bits.append(np.log2(np.logical_and.accumulate(alike).sum(axis=1)))
    return np.mean(bits, axis=0)


def draw_floor(axes: Axes, family: Family, run: dict[str, np.ndarray]) -> None:
    """Shade what nobody can reach, and mark the least that one trial can leave on average."""
    bits = floor(family, run)
    steps = run["reward"].shape[1]
    edges = np.linspace(0, steps, len(bits) + 1)
    axes.stairs(bits, edges, fill=True, facecolor="0.93", edgecolor="0.7", hatch="////", lw=0)
    axes.stairs(bits, edges, color="0.3", lw=1.2, label="floor left by invariance")
    for trial, value in enumerate(bits):
        place = (edges[trial : trial + 2].mean(), value)
        axes.annotate(f"{value:.2f}", place, (0, 2), textcoords="offset points", ha="center", fontsize=7)
    least = limits.loc[family, "least_expected_bits"]
    axes.plot(edges[1], least, "_", color="#222222", ms=12, mew=2, label="least possible after one trial")
    for edge in edges[1:-1]:
        axes.axvline(edge, color="0.35", linewidth=0.6, linestyle=(0, (2, 2)))
    axes.set(xlim=(0, steps), xticks=edges, ylim=(0, None), xlabel="step")
    axes.set_title(f"{len(labels[family][0]):,} graphs: {TITLES[family]}")


# %%
fig, panels = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 3.4))
for axes, family in zip(panels, FAMILIES, strict=True):
    runs = {agent: trajectories(family, agent) for agent in style.AGENTS if agent in played[family]}
    for agent, run in runs.items():
        draw_agent(
            axes, agent, run["consistent_graphs"], run["reward"].shape[1] // run["start_stone"].shape[1]
        )
    draw_floor(axes, family, next(iter(runs.values())))
panels[0].set_ylabel("posterior entropy, bits")
fig.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
figure.save(fig, "posterior_entropy")
