# %% [markdown]
# # Skills of the room, and training on the tasks that they make
#
# What states tell of skills that are learnt with their discriminator, and of those that a random discriminator rewards,
# beside the bounds; and what a table that MAML trained on such tasks earns by gradient steps on true goals.

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
TRAINED = {  # what the table of a policy was trained on before it took steps on goals
    "diayn": SYSTEMS["diayn"],
    "random_discriminator": SYSTEMS["random_discriminator"],
    "hand_made": ("the true goals", style.PALETTE[2], "^"),
    "scratch": ("no training", style.PALETTE[4], "D"),
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
    axes.set_title("what states tell of skills")


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


def draw_returns(axes: Axes) -> None:
    """Draw the return on goals by the number of gradient steps on them."""
    best = exact[(exact["row"] == 20) & (exact["quantity"] == "oracle")]["value"].iloc[0]
    axes.axhline(best, color="#222222", ls="--", lw=0.9, label="goal known")
    for system, (name, colour, marker) in TRAINED.items():
        rows = found[(found["system"] == system) & (found["quantity"] == "return")]
        style.draw_runs(axes, style.numbered(rows, "condition", r"^after_(\d+)$"), colour, marker, name)
    axes.set(ylim=(0, None), xlabel="gradient steps on a goal", ylabel="return")
    axes.set_title("MAML on true goals")


# %%
fig, panels = plt.subplots(1, 3, figsize=(style.TEXT_WIDTH, 1.25 * style.LINE_HEIGHT))
for draw, axes in zip((draw_numbers, draw_temperatures, draw_returns), panels, strict=True):
    draw(axes)
named = {
    label: handle for axes in panels for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
}
fig.legend(named.values(), named, loc="outside upper center", ncols=4)
figure.save(fig, "skills")
