# %% [markdown]
# # Chemistries of Alchemy
#
# Each as the cube of its latent stones: the edges that exist, what a stone is paid in the cauldron, how it looks, and along which
# axis and in which direction each colour of potion moves it.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from athanor.reporting import figure, style

AXIS_COLOURS = (style.PALETTE[0], style.PALETTE[1], style.PALETTE[2])
PROJECTION = np.array([[1.0, 0.0], [0.52, 0.40], [0.0, 1.0]])  # of the three latent axes onto the page
FACES = {-3: "#ffffff", -1: "#e3e3e3", 1: "#bdbdbd", 15: "#ffd92f"}
SIGNS = {-1: "−", 0: "0", 1: "+"}
edges = figure.table("alchemy/chemistry_edges.csv")
stones = figure.table("alchemy/chemistry_stones.csv")
potions = figure.table("alchemy/chemistry_potions.csv")
style.apply()


# %%
def places(own: pd.DataFrame) -> np.ndarray:
    """Return where each corner is drawn."""
    return own[["latent_0", "latent_1", "latent_2"]].to_numpy() @ PROJECTION


# %%
def draw_edges(axes: Axes, own: pd.DataFrame, at: np.ndarray) -> None:
    """Draw the edges that exist in the colour of their axis, the others faint."""
    for row in own.itertuples():
        ends = at[[row.vertex, row.vertex | 1 << row.axis]]
        looks = (
            {"color": AXIS_COLOURS[row.axis], "lw": 2.2}
            if row.present
            else {"color": "0.8", "lw": 0.8, "ls": ":"}
        )
        axes.plot(*ends.T, zorder=1 + row.present, **looks)


# %%
def draw_stones(axes: Axes, own: pd.DataFrame, at: np.ndarray) -> None:
    """Draw each stone's reward, and below it how it looks."""
    for row, place in zip(own.itertuples(), at, strict=True):
        axes.plot(*place, "o", ms=14, mfc=FACES[row.reward], mec="0.2", mew=0.8, zorder=3)
        axes.annotate(
            f"{row.reward}".replace("-", "−"), place, ha="center", va="center", fontsize=7, zorder=4
        )
        look = "".join(SIGNS[sign] for sign in (row.perceived_0, row.perceived_1, row.perceived_2))
        axes.annotate(
            look,
            place,
            xytext=(9, -9),
            textcoords="offset points",
            fontsize=6.5,
            color="0.25",
            zorder=4,
            bbox={"fc": "white", "ec": "none", "pad": 0.4, "alpha": 0.8},
        )


# %%
def describe(axes: Axes, own: pd.DataFrame) -> None:
    """Write which colours move along each axis, up or down."""
    for axis, colour in enumerate(AXIS_COLOURS):
        along = own[own["axis"] == axis].set_index("direction")["colour"]
        text = f"axis {axis + 1}: colour {along[1]} to +, colour {along[-1]} to −"
        axes.annotate(
            text,
            (0.5, -0.02 - 0.085 * axis),
            xycoords="axes fraction",
            ha="center",
            va="top",
            fontsize=7,
            color=colour,
        )


# %%
count = stones["chemistry"].max() + 1
fig, panels = plt.subplots(1, count, figsize=(style.TEXT_WIDTH, 2.5), squeeze=False)
for place, axes in enumerate(panels[0]):
    own = [table[table["chemistry"] == place] for table in (edges, stones, potions)]
    at = places(own[1])
    draw_edges(axes, own[0], at)
    draw_stones(axes, own[1], at)
    describe(axes, own[2])
    axes.set_title(f"{own[0]['present'].sum()} edges")
    axes.set_aspect("equal")
    axes.margins(0.16, 0.12)
    axes.axis("off")
figure.save(fig, "chemistry")
