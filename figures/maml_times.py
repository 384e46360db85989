# %% [markdown]
# # What FOMAML saves
#
# Time and floating-point operations of an episode of FOMAML against MAML, by inner steps and hidden units, compiled and
# in eager PyTorch, with the published savings; and what rollouts take of an episode of MAML.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from athanor.reporting import figure, style

LOOKS = {
    "released": (style.PALETTE[0], "o"),
    "written": (style.PALETTE[1], "s"),
    "corrected": (style.PALETTE[2], "^"),
}
SHIFTS = {
    "released": 0.97,
    "written": 1.0,
    "corrected": 1.03,
}  # factors on the x axes, so that marks stand side by side
times = figure.table("navigation/timing.csv")
shares = figure.table("navigation/timing_shares.csv")
published = figure.table("navigation/timing_published.csv").query("source != 'all_runs'")[
    "saved"
]  # near the poster's
base = times.loc[times["implementation"] == "jax_rollouts", "hidden"].iloc[0]
first = times["inner_steps"].min()
timed = {"jax": True, "pytorch": False}  # whether marks are filled
timed = {
    name: filled for name, filled in timed.items() if name in set(times["implementation"])
}  # PyTorch is optional
style.apply()


# %%
def rows_of(what: str, measure: str, implementation: str, reading: str, axis: str) -> pd.DataFrame:
    """Return shares along an axis, MAML's, the other axis held."""
    other, held = ("hidden", base) if axis == "inner_steps" else ("inner_steps", first)
    wanted = {"what": what, "measure": measure, "implementation": implementation, "reading": reading}
    wanted |= {"algorithm": "maml", other: held}
    return shares[(shares[list(wanted)] == pd.Series(wanted)).all(axis=1)].sort_values(axis)


def turns_of(implementation: str, reading: str, axis: str) -> pd.DataFrame:
    """Return what each turn alone says that FOMAML saves, in %."""
    other, held = ("hidden", base) if axis == "inner_steps" else ("inner_steps", first)
    rows = times[(times["implementation"] == implementation) & (times["reading"] == reading)]
    rows = rows[rows[other] == held]
    maml, fomaml = (
        rows[rows["algorithm"] == name].set_index([axis, "repeat"])["seconds_per_episode"]
        for name in ("maml", "fomaml")
    )
    if reading == "released" and axis == "inner_steps":  # timed once: N has no part in it
        fomaml = pd.concat(
            {steps: fomaml.droplevel(0) for steps in maml.index.unique(0)}, names=maml.index.names
        )
    return (100 * (1 - fomaml / maml)).rename("saved").dropna().reset_index()


def draw_saved(axes: Axes, axis: str) -> None:
    """Draw what FOMAML saves of the seconds, with every turn, and of the operations."""
    for reading, (colour, _) in LOOKS.items():
        for implementation, filled in timed.items():
            turns = turns_of(implementation, reading, axis)
            x = turns[axis] * SHIFTS[reading]
            axes.plot(x, turns["saved"], ".", color=colour, ms=2.5, mew=0, alpha=0.5)
            rows = rows_of("saved", "seconds", implementation, reading, axis)
            draw_marks(axes, rows, axis, reading, filled)
        counted = rows_of("saved", "operations", "jax", reading, axis)
        axes.plot(counted[axis] * SHIFTS[reading], counted["share"], ":", color=colour, lw=1.0)
    for value in published:
        axes.axhline(value, color="#222222", ls="--", lw=0.6, zorder=0)


def draw_marks(axes: Axes, rows: pd.DataFrame, axis: str, reading: str, filled: bool) -> None:
    """Draw ratios of medians with their intervals."""
    colour, marker = LOOKS[reading]
    axes.errorbar(
        rows[axis] * SHIFTS[reading],
        rows["share"],
        (rows["share"] - rows["low"], rows["high"] - rows["share"]),
        color=colour,
        marker=marker,
        mfc=colour if filled else "white",
        ms=4 if filled else 5,
        ls="-" if filled else "none",
        lw=0.8,
        elinewidth=0.9,
    )


def draw_rollouts(axes: Axes) -> None:
    """Draw what rollouts take of MAML's seconds and operations."""
    for reading in LOOKS:
        rows = rows_of("rollouts", "seconds", "jax", reading, "inner_steps")
        draw_marks(axes, rows, "inner_steps", reading, True)
        counted = rows_of("rollouts", "operations", "jax", reading, "inner_steps")
        colour = LOOKS[reading][0]
        axes.plot(counted["inner_steps"] * SHIFTS[reading], counted["share"], ":", color=colour, lw=1.0)


# %%
fig, (by_steps, by_hidden, rollouts) = plt.subplots(
    1, 3, figsize=(style.TEXT_WIDTH, 3.2), width_ratios=[1.2, 1.2, 1]
)
by_steps.sharey(by_hidden)
draw_saved(by_steps, "inner_steps")
draw_saved(by_hidden, "hidden")
draw_rollouts(rollouts)
units = sorted(times.loc[times["inner_steps"] == first, "hidden"].unique())
by_hidden.set_xscale("log", base=2)
by_hidden.set_xticks(units, [str(number) for number in units])
by_hidden.set(xlabel=f"hidden units, N = {first}", title="saved by FOMAML")
for axes in (by_steps, rollouts):
    axes.set(xlabel=f"inner steps N, {base} units", xticks=sorted(times["inner_steps"].unique()))
by_steps.set(ylabel="% of an episode of MAML", title="saved by FOMAML")
rollouts.set(ylabel="% of an episode of MAML", title="rollouts", ylim=(0, None))
for value in published:
    by_hidden.text(
        1.02, value, f"{value:.3g}", transform=by_hidden.get_yaxis_transform(), va="center", fontsize=6.5
    )
handles = [
    *(
        Line2D([], [], color=colour, marker=marker, lw=0.8, label=f"{reading}, compiled")
        for reading, (colour, marker) in LOOKS.items()
    ),
    Line2D([], [], color="0.4", marker="o", mfc="white", ms=5, ls="", label="eager PyTorch"),
    Line2D([], [], color="0.4", ls=":", lw=1.0, label="operations"),
    Line2D([], [], color="0.4", marker=".", ms=3, ls="", label="a turn"),
    Line2D([], [], color="#222222", ls="--", lw=0.6, label="published, %"),
]
handles = [handle for handle in handles if "pytorch" in timed or handle.get_label() != "eager PyTorch"]
fig.legend(handles=handles, loc="outside upper center", ncols=4)
figure.save(fig, "maml_times")
