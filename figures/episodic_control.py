# %% [markdown]
# # Tables of best returns, dictionaries of averages and Q-learning
#
# How far they take the start of a maze to be better than it is, beside the closed form; and how well they end up
# playing, by the chance that a move slips.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from athanor.reporting import figure, style

exact = figure.table("overview/exact.csv")
learned = figure.table("overview/learned.csv")
style.apply()
SYSTEMS = {
    "mfec": ("best returns", style.PALETTE[0], "o"),
    "nec": ("dictionary", style.PALETTE[1], "s"),
    "q_learning": ("Q-learning", style.PALETTE[2], "^"),
}
found = learned[learned["row"].isin([15, 16]) & (learned["family"] == "maze")]


# %%
def draw_visits(axes: Axes) -> None:
    """Draw the over-estimate after some episodes of optimal play, measured and in closed form."""
    closed = exact[(exact["row"] == 15) & (exact["family"] == "maze") & (exact["setting"] == "stochastic")]
    closed = style.numbered(closed, "quantity", r"^over_estimate\.(\d+)$")
    axes.plot(closed["number"], closed["value"], "-", color="0.3", label="closed form")
    played = found[found["condition"] == "optimal_play.stochastic"]
    played = style.numbered(played, "quantity", r"^over_estimate\.(\d+)$")
    _, colour, marker = SYSTEMS["mfec"]
    style.draw_runs(axes, played, colour, marker, "measured")
    axes.set(xscale="log", xlabel="episodes of optimal play", ylabel="start, above its value")
    ticks = [1, 10, 100]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_title("luck is remembered")
    axes.legend(loc="lower right")


def draw_slips(axes: Axes, measure: str, label: str) -> None:
    """Draw a measure by the chance of a slip."""
    for system, (name, colour, marker) in SYSTEMS.items():
        rows = found[(found["system"] == system) & (found["quantity"] == measure)]
        style.draw_runs(axes, style.numbered(rows, "condition", r"^slip(.+)$"), colour, marker, name)
    axes.set(xlabel="chance that a move slips", ylabel=label)


# %%
fig, (visits, above, score) = plt.subplots(1, 3, figsize=(style.TEXT_WIDTH, style.LINE_HEIGHT))
draw_visits(visits)
draw_slips(above, "over_estimate", "start, above its value")
above.set_title("after training")
above.axhline(0, color="0.7", lw=0.7, zorder=0)
draw_slips(score, "score", "score of greedy play")
score.set_title("0 is random, 1 optimal")
above.legend()
figure.save(fig, "episodic_control")
