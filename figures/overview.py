# %% [markdown]
# # Statements of the overview beside their exact answers
#
# Posterior sampling and the sign; noise that holds who is paid by prediction errors; samples until exploration is
# learnt; and what memory of contexts is worth.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from athanor.reporting import figure, style

exact = figure.table("overview/exact.csv")
learned = figure.table("overview/learned.csv")
style.apply()
NAMES = {"prediction_error": "prediction error", "error_difference": "error difference", "reward": "reward"}
SYSTEMS = {"end_to_end": ("end to end", "s"), "decoupled": ("apart", "o")}


# %%
def mark(axes: Axes, numbers: pd.Series) -> None:
    """Write these numbers, and no others, below a logarithmic axis."""
    ticks = sorted(set(numbers.astype(int)))
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()


def draw_sign(axes: Axes) -> None:
    """Draw how many times the steps of the optimum posterior sampling needs."""
    ratios = exact[(exact["row"] == 8) & (exact["quantity"] == "ratio_of_steps")]
    distances = sorted(set(ratios["setting"].str.extract(r"_D(\d+)$", expand=False).astype(int)))
    for distance, marker in zip(distances, "osD^v<>P", strict=False):
        rows = style.numbered(ratios, "setting", rf"^K(\d+)_D{distance}$")
        axes.plot(rows["number"], rows["value"], marker=marker, label=f"D = {distance}")
    axes.set(xscale="log", yscale="log", xlabel="goals, K", ylabel="steps, times the optimum")
    axes.set_title("posterior sampling and the sign")
    mark(axes, style.numbered(ratios, "setting", r"^K(\d+)_")["number"])
    axes.legend()


def draw_noise(axes: Axes) -> None:
    """Draw the share of steps that each explorer spends in the noise."""
    for place, (bonus, name) in enumerate(NAMES.items()):
        rows = exact[(exact["row"] == 9) & (exact["quantity"] == f"{bonus}_noise")]
        rows = style.numbered(rows, "setting", r"^flicker(.*)$")
        axes.plot(range(len(rows)), rows["value"], marker="oDs"[place], label=name)
        axes.set_xticks(range(len(rows)), [f"{value:g}" for value in rows["number"]])
    axes.set(ylim=(0, 1.05), xlabel="chance that the light is on", ylabel="share of steps in the noise")
    axes.set_title("explorers by bonus")
    axes.legend()


def draw_trials(axes: Axes) -> None:
    """Draw the trials until exploration is learnt, each run and the geometric mean."""
    trials = learned[(learned["row"] == 10) & (learned["quantity"] == "trials")]
    for system, (name, marker) in SYSTEMS.items():
        rows = style.numbered(trials[trials["system"] == system], "condition", r"^A(\d+)$")
        (line,) = axes.plot(
            np.exp(np.log(rows["value"]).groupby(rows["number"]).mean()), marker=marker, label=name
        )
        axes.plot(rows["number"], rows["value"], ".", color=line.get_color(), alpha=0.35, ms=3)
    axes.set(xscale="log", yscale="log", xlabel="actions, A", ylabel="trials until optimal")
    axes.set_title("one action reveals the task")
    mark(axes, style.numbered(trials, "condition", r"^A(\d+)$")["number"])
    axes.legend()


def draw_exposures(axes: Axes) -> None:
    """Draw what each exposure of a context earns with perfect memory."""
    rows = exact[exact["row"] == 17]
    by_name = rows.set_index("quantity")["value"]
    earned = style.numbered(rows, "quantity", r"^exposure_(\d+)$")
    axes.plot(earned["number"], earned["value"], "o-", label="perfect memory")
    for name, dashes in (("oracle", (4, 2)), ("first_exposure", (1, 1)), ("random", (6, 1, 1, 1))):
        axes.axhline(by_name[name], color="0.3", lw=1, dashes=dashes, label=name.replace("_", " "))
    axes.set(ylim=(0, None), xlabel="exposure of a context", ylabel="return")
    axes.set_title("barcode bandit")
    axes.legend(loc="center right")


# %%
fig, panels = plt.subplots(2, 2, figsize=(style.TEXT_WIDTH, 4.8))
for draw, axes in zip((draw_sign, draw_noise, draw_trials, draw_exposures), panels.flat, strict=True):
    draw(axes)
figure.save(fig, "overview")
