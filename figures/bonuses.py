# %% [markdown]
# # Explorers of the noisy grid, by the bonus that is learnt
#
# The share of their steps in the noise, and what they find out, beside explorers that know their bonus exactly.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from athanor.reporting import figure, style

exact = figure.table("overview/exact.csv")
learned = figure.table("overview/learned.csv")
style.apply()
SYSTEMS = {
    "count": ("visits", style.PALETTE[2], "^"),
    "prediction_error": ("prediction error", style.PALETTE[0], "o"),
    "error_difference": ("error difference", style.PALETTE[1], "s"),
}
MEASURES = {"noise": "share of steps in the noise", "information": "bits found"}


# %%
def draw(axes: Axes, measure: str) -> None:
    """Draw a measure by the chance of the light, each at a place of its own."""
    found = learned[(learned["row"] == 9) & (learned["quantity"] == measure)]
    chances = sorted(set(found["condition"].str.removeprefix("flicker").astype(float)))
    place = {chance: number for number, chance in enumerate(chances)}
    for system, (name, colour, marker) in SYSTEMS.items():
        rows = style.numbered(found[found["system"] == system], "condition", r"^flicker(.+)$")
        style.draw_runs(axes, rows.assign(number=rows["number"].map(place)), colour, marker, name)
        known = exact[(exact["row"] == 9) & (exact["quantity"] == f"{system}_{measure}")]
        known = style.numbered(known, "setting", r"^flicker(.+)$")
        axes.plot(known["number"].map(place), known["value"], "--", color=colour, lw=1)
    axes.set_xticks(range(len(chances)), [f"{chance:g}" for chance in chances])
    axes.set(ylim=(0, None), xlabel="chance that the light is on", ylabel=MEASURES[measure])


# %%
fig, panels = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, style.LINE_HEIGHT))
for axes, measure in zip(panels, MEASURES, strict=True):
    draw(axes, measure)
panels[0].legend()
figure.save(fig, "bonuses")
