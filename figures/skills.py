# %% [markdown]
# # What states tell of skills in the room
#
# Skills that are learnt with their discriminator, and those that a random discriminator rewards, beside the bounds.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from athanor.reporting import figure, style

exact = figure.table("overview/exact.csv")
learned = figure.table("overview/learned.csv")
style.apply()
SYSTEMS = {
    "diayn": ("DIAYN", style.PALETTE[0], "o"),
    "random_discriminator": ("random discriminator", style.PALETTE[1], "s"),
    "untrained": ("random policies", style.PALETTE[7], "X"),
}
BOUNDS = {"final_state": ("of the last state at most", (4, 2)), "any_step": ("of any step at most", (1, 1))}
found = learned[learned["row"] == 20]


# %%
def draw_numbers(axes: Axes) -> None:
    """Draw the information by the number of skills."""
    for bound, (name, dashes) in BOUNDS.items():
        rows = style.numbered(exact[exact["row"] == 20], "quantity", rf"^{bound}\.(\d+)$")
        axes.plot(rows["number"], rows["value"], color="0.3", lw=1, dashes=dashes, label=name)
    for system, (name, colour, marker) in SYSTEMS.items():
        rows = found[(found["system"] == system) & (found["quantity"] == "information")]
        style.draw_runs(axes, style.numbered(rows, "condition", r"^K(\d+)$"), colour, marker, name)
    axes.set(ylim=(0, None), xlabel="skills, K", ylabel="I(S; Z), nats")
    axes.set_title("what states tell of the skill")
    axes.legend(loc="center left", bbox_to_anchor=(0, 0.38))


def draw_temperatures(axes: Axes) -> None:
    """Draw the share of the bound by the temperature."""
    for system, (name, colour, marker) in SYSTEMS.items():
        rows = found[(found["system"] == system) & (found["quantity"] == "share")]
        rows = style.numbered(rows, "condition", r"^K\d+_temperature(.+)$")
        style.draw_runs(axes, rows, colour, marker, name)
    axes.axhline(0.9, color="0.7", lw=0.7, zorder=0)
    axes.set(
        xscale="log", ylim=(0, 1), xlabel="nats of reward for a nat of entropy", ylabel="share of the bound"
    )
    ticks = sorted(set(rows["number"]))
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_title("most skills, by temperature")


# %%
fig, (numbers, temperatures) = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, style.LINE_HEIGHT))
draw_numbers(numbers)
draw_temperatures(temperatures)
figure.save(fig, "skills")
