# %% [markdown]
# # The game as a two-time-slice Bayesian network
#
# The arrows that the code's own dynamics have, found by trying every state, action and graph, beside those that the
# post draws. The three attributes share five parents, whose arrows meet in one dot.

# %%
import daft
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

table = figure.table("simple_alchemy/transition_network.csv")
in_code = {(row.parent, row.child) for row in table[table["in_code"]].itertuples()}
in_post = {(row.parent, row.child) for row in table[table["in_post"]].itertuples()}

style.apply()
plt.rcParams["figure.constrained_layout.use"] = False  # daft places its axes itself
HEIGHT = 10.6  # cm
REWARD, NOW, GATHER, NEXT = 1.5, 6.2, 10.7, 14.0  # cm from the left
ROW = {  # cm from the bottom
    "trial_step": 9.2,
    "stone_location": 7.9,
    "potion_full": 6.6,
    "action": 5.2,
    "graph": 4.1,
    "size": 2.95,
    "colour": 1.8,
    "shape": 0.65,
}
ATTRIBUTES = ("size", "colour", "shape")
SHARED, CODE_ONLY, POST_ONLY = "code and post", "code only", "post only"
LINES = {
    SHARED: {"color": "0.35", "linewidth": 0.8, "linestyle": "-"},
    CODE_ONLY: {"color": style.PALETTE[3], "linewidth": 2.0, "linestyle": "-"},
    POST_ONLY: {"color": style.PALETTE[0], "linewidth": 1.4, "linestyle": "--"},
}


# %%
def kind_of(arrow: tuple[str, str]) -> str:
    """Tell who has an arrow."""
    if arrow not in in_post:
        return CODE_ONLY
    return SHARED if arrow in in_code else POST_ONLY


def draw_arrow(network: daft.PGM, parent: str, child: str, kind: str) -> None:
    """Draw one arrow between nodes in the line of its kind."""
    line = dict(LINES[kind])
    colour = line.pop("color")
    head = {"ec": colour, "fc": colour, "head_width": 0.17, "head_length": 0.25}
    network.add_edge(parent, child, plot_params=line | head)


def add_nodes(network: daft.PGM) -> None:
    """Place step t in the middle and step t + 1 on the right, and the reward beside its own step."""
    for name, row in ROW.items():
        label = name.replace("_", "\n")
        network.add_node(name, label, NOW, row)
        if name != "action":
            network.add_node(f"{name}'", f"{label}′", NEXT, row)
    network.add_node("reward'", "reward", REWARD, ROW["graph"])
    network.add_node(
        "gather", "", GATHER, 3.45, scale=0.16, aspect=1.0, plot_params={"fc": "0.35", "ec": "0.35"}
    )
    for column in (NOW, NEXT):
        network.add_plate(
            [column - 0.95, ROW["potion_full"] - 0.48, 2.4, 0.96], label="6", position="bottom right"
        )


def add_arrows(network: daft.PGM) -> None:
    """Draw every arrow of the code or the post; shared ones that all attributes have go through the dot."""
    shared = in_code & in_post
    common = [p for p in ROW if p not in ATTRIBUTES and all((p, a) in shared for a in ATTRIBUTES)]
    for parent in common:
        network.add_edge(parent, "gather", directed=False, plot_params=dict(LINES[SHARED]))
    for attribute in ATTRIBUTES if common else ():
        draw_arrow(network, "gather", f"{attribute}'", SHARED)
    for parent, child in sorted(in_code | in_post, key=lambda arrow: (kind_of(arrow) == SHARED, arrow)):
        if not (parent in common and child in ATTRIBUTES):
            draw_arrow(network, parent, f"{child}'", kind_of((parent, child)))


def add_texts(network: daft.PGM) -> None:
    """Name the steps, and count the arrows of each kind in the key."""
    for column, name in ((NOW, "step $t$"), (NEXT, "step $t + 1$")):
        network.ax.text(column, HEIGHT - 0.35, name, ha="center", va="center", fontsize=8.5)
    kinds = [kind_of(arrow) for arrow in in_code | in_post]
    keys = [
        Line2D([], [], label=f"{kind}: {kinds.count(kind)} arrows", **line) for kind, line in LINES.items()
    ]
    network.ax.legend(handles=keys, loc="upper left", bbox_to_anchor=(0.0, 0.93), handlelength=2.2)


# %%
network = daft.PGM(
    shape=(style.TEXT_WIDTH * 2.54, HEIGHT),
    origin=(0, 0),
    grid_unit=1.0,
    node_unit=0.86,
    aspect=2.0,
    node_ec="0.2",
)
add_nodes(network)
add_arrows(network)
network.render()
add_texts(network)
figure.save(network.figure, "transition_network")
