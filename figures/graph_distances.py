# %% [markdown]
# # Distances between the 384 causal graphs
#
# Left: in how many of the 48 (vertex, potion) cells each pair of graphs disagrees, which is also their mean KL
# divergence up to a constant factor. The graphs are ordered by permutation, then by the missing edges, so blocks of 64
# show. Right: the key, and how many pairs share each distance.

# %%
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from athanor.reporting import figure, style
from athanor.tasks.simple_alchemy.graphs import PERMUTATIONS

cells = figure.arrays("simple_alchemy/graph_distances.npz")["cells_differing"]
values = figure.table("simple_alchemy/distance_values.csv")

style.apply()
COUNT = len(cells)
BLOCK = COUNT // len(PERMUTATIONS)
# By rank and not by value: 18, 19 and 20 cells would look the same.
shades = ListedColormap(matplotlib.colormaps["viridis_r"](np.linspace(0.02, 1, len(values))))


# %%
def draw_matrix(axes: Axes, distances: Int[np.ndarray, "graph graph"]) -> None:
    """Shade the lower triangle by the rank of the distance, with the blocks marked."""
    rank = np.searchsorted(values["cells_differing"], distances)
    upper = np.triu(np.ones_like(distances, dtype=bool))
    axes.imshow(
        np.ma.masked_where(upper, rank),
        cmap=shades,
        vmin=-0.5,
        vmax=len(values) - 0.5,
        extent=(0, COUNT, COUNT, 0),
        interpolation="none",
    )
    for boundary in range(BLOCK, COUNT, BLOCK):
        axes.plot([0, min(boundary + BLOCK, COUNT)], [boundary, boundary], color="white", linewidth=0.8)
        axes.plot([boundary, boundary], [boundary - BLOCK, COUNT], color="white", linewidth=0.8)
    names = [" ".join(str(attribute) for attribute in permutation) for permutation in PERMUTATIONS]
    middles = np.arange(BLOCK // 2, COUNT, BLOCK)
    axes.set_xticks(middles, names)
    axes.set_yticks(middles, names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    label = "attributes that colour pairs 0, 1, 2 act on"
    axes.set(xlabel=label, ylabel=label)


def draw_key(axes: Axes) -> None:
    """Draw the colour bar, one step a distance, named in cells and in nats."""
    steps = np.arange(len(values))
    axes.imshow(steps[:, None], cmap=shades, aspect="auto", extent=(0, 1, len(values) - 0.5, -0.5))
    axes.set_xticks([])
    axes.set_yticks(steps, [str(cells) for cells in values["cells_differing"]])
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("cells", loc="right", fontsize=7, x=-0.3)


def draw_pairs(axes: Axes) -> None:
    """Draw how many pairs of graphs share each distance."""
    steps = np.arange(len(values))
    axes.barh(steps, values["pairs"], color="0.75", height=0.8)
    for step, pairs in enumerate(values["pairs"]):
        axes.annotate(
            f"{pairs:,}", (pairs, step), (2, 0), textcoords="offset points", va="center", fontsize=6.5
        )
    axes.set_yticks(steps, [f"{nats:.2f}" for nats in values["mean_kl"]])
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    axes.set(xlim=(0, 1.35 * values["pairs"].max()), ylim=(len(values) - 0.5, -0.5))
    axes.spines[:].set_visible(False)
    axes.set_title("KL (nats)", loc="right", fontsize=7, x=-0.03)
    axes.set_title("pairs of graphs", loc="left", fontsize=7, x=0.02)


# %%
fig, (matrix, key, pairs) = plt.subplots(
    1, 3, figsize=(style.TEXT_WIDTH, 3.5), gridspec_kw={"width_ratios": [1, 0.05, 0.4], "wspace": 0.02}
)
draw_matrix(matrix, cells)
draw_key(key)
draw_pairs(pairs)
figure.save(fig, "graph_distances")
