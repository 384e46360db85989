# %% [markdown]
# # MAML and FOMAML: where they end
#
# Distance to each target at the end of a trajectory after adaptation, for both algorithms under each reading. A dot is
# a run. Held-out targets are joined, those before and those behind the cross.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

READINGS = ["released", "written", "corrected"]
LOOKS = {"maml": ("MAML", style.PALETTE[0], "o", -0.19), "fomaml": ("FOMAML", style.PALETTE[1], "s", 0.19)}
finals = figure.table("navigation/final_distances.csv")
finals = finals[finals["step"] == finals.groupby("reading")["step"].transform("max")]
fixed, held_out = (finals[finals["targets"] == name] for name in ("fixed", "held_out"))
targets = fixed.drop_duplicates("target").sort_values(["behind", "target"])
style.apply()


# %%
def columns_of(reading: str) -> list[tuple[str, pd.DataFrame]]:
    """Return the rows of each place on the x axis: the fixed targets, then the held-out ones in two groups."""
    places = []
    for row in targets.itertuples():
        label = f"({row.x:g}, {row.y:g})\n{'behind' if row.behind else 'before'}"
        places.append((label, fixed[(fixed["target"] == row.target) & (fixed["reading"] == reading)]))
    for behind, label in ((False, "held out\nbefore"), (True, "held out\nbehind")):
        places.append((label, held_out[(held_out["behind"] == behind) & (held_out["reading"] == reading)]))
    return places


def draw_place(axes: Axes, place: int, rows: pd.DataFrame) -> None:
    """Draw both algorithms' runs, their means, and what is reachable."""
    for algorithm, (_, colour, marker, shift) in LOOKS.items():
        by_seed = rows[rows["algorithm"] == algorithm].groupby("seed")["distance"].mean()
        spread = np.linspace(-0.09, 0.09, len(by_seed))
        axes.plot(place + shift + spread, by_seed, marker, color=colour, ms=2.6, mew=0, alpha=0.75)
        axes.plot([place + shift - 0.14, place + shift + 0.14], [by_seed.mean()] * 2, color=colour, lw=1.6)
    best = rows["reachable_distance"].mean()
    axes.plot([place - 0.4, place + 0.4], [best] * 2, color="#222222", lw=1.0)


# %%
fig, panels = plt.subplots(3, 1, figsize=(style.TEXT_WIDTH, 5.6), sharex=True)
for axes, reading in zip(panels, READINGS, strict=True):
    places = columns_of(reading)
    for place, (_, rows) in enumerate(places):
        draw_place(axes, place, rows)
    axes.axvline(len(targets) - 0.5, color="0.7", lw=0.7)
    axes.set_title(f"reading {reading}", loc="left")
    axes.set_ylabel("distance at the end, m")
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    axes.grid(axis="y", lw=0.4, color="0.9")
panels[-1].set_xticks(range(len(places)), [label for label, _ in places])
panels[-1].set_xlabel("target in m, before or behind the cross")
handles = [
    *(
        Line2D([], [], color=colour, marker=marker, ls="", label=f"{label}, a run; bar: mean")
        for label, colour, marker, _ in LOOKS.values()
    ),
    Line2D([], [], color="#222222", lw=1.0, label="reachable optimum"),
]
fig.legend(handles=handles, loc="outside upper center", ncols=3)
figure.save(fig, "first_order")
