# %% [markdown]
# # Discounts that meta-gradients tune
#
# The discount of each state of the chain of noise, by the full gradient and the truncated one, beside where each settles
# exactly; and the error of the values that these discounts leave.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from athanor.reporting import figure, style

exact = figure.table("overview/exact.csv")
learned = figure.table("overview/learned.csv")
style.apply()
SYSTEMS = {
    "full": ("full gradient", style.PALETTE[0], "o", r"^gamma_(\d+)$"),
    "truncated": ("truncated gradient", style.PALETTE[1], "s", r"^gamma_truncated_(\d+)$"),
}
ERRORS = {  # of discounts that are not learnt
    "loss_by_state": ("best of each state", (4, 2)),
    "loss_single": ("best single one", (1, 1)),
    "loss_undiscounted": ("none", (6, 1, 1, 1)),
}
found = learned[(learned["row"] == 11) & learned["system"].isin(list(SYSTEMS))]
(condition,) = found["condition"].unique()
answers = exact[(exact["row"] == 11) & (exact["setting"] == f"noise_{condition}")]


# %%
def draw_discounts(axes: Axes) -> None:
    """Draw the discount of each state."""
    for system, (name, colour, marker, settles) in SYSTEMS.items():
        exactly = style.numbered(answers, "quantity", settles)
        axes.plot(exactly["number"], exactly["value"], "_", color=colour, ms=14, mew=2, alpha=0.5)
        rows = style.numbered(found[found["system"] == system], "quantity", r"^gamma_(\d+)$")
        style.draw_runs(axes, rows, colour, marker, name)
    axes.set(ylim=(0, 1.05), xlabel="state", ylabel="discount")
    axes.set_xticks(exactly["number"])
    axes.set_title("discounts of the chain of noise")
    axes.legend(loc="lower left")


def draw_errors(axes: Axes) -> None:
    """Draw the mean error of the values of each run, beside what other discounts leave."""
    for place, (system, (_, colour, marker, _)) in enumerate(SYSTEMS.items()):
        rows = found[(found["system"] == system) & (found["quantity"] == "error")]
        style.draw_runs(axes, rows.assign(number=place), colour, marker, "")
    for quantity, (name, dashes) in ERRORS.items():
        (value,) = answers.loc[answers["quantity"] == quantity, "value"]
        axes.axhline(value, color="0.3", lw=1, dashes=dashes, label=name)
    axes.set(xlim=(-0.5, len(SYSTEMS) - 0.5), ylim=(0, None), ylabel="mean squared error")
    axes.set_xticks(range(len(SYSTEMS)), [name for name, *_ in SYSTEMS.values()])
    axes.set_title("error of the values they leave")
    axes.legend(loc="lower left", title="discounts that are not learnt")


# %%
fig, (discounts, errors) = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, style.LINE_HEIGHT))
draw_discounts(discounts)
draw_errors(errors)
figure.save(fig, "meta_gradients")
