# %% [markdown]
# # Return against compute
#
# What a second of planning buys: the return on the yardstick of CEM and of tree search at several budgets, against
# the measured time of a decision on one core. The agents that do not plan are drawn for comparison.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from athanor.reporting import figure, style
from athanor.reporting.statistics import normalised_score

UNITS = {"cem": "particles", "tree_search": "simulations"}  # of the budgets
SHIFTS = {"cem": ((5, -9), "left"), "tree_search": ((-5, 3), "right")}  # points from a mark to its label
played = figure.table("simple_alchemy/planning_compute.csv")
exact = figure.table("simple_alchemy/yardstick.csv").iloc[-1]
played = played[played["family"] == "three_edges"]
found = ["mean_return", "low", "high"]
played[found] = normalised_score(played[found].to_numpy(), exact["random"], exact["bayes_optimal"])
style.apply()


# %%
def draw_points(axes: Axes, rows: pd.DataFrame, agent: str, label: str, line: str) -> None:
    """Draw mean scores with their 95 % intervals against the seconds of a decision."""
    looks = style.AGENTS[agent]
    axes.errorbar(
        rows["decision_seconds"],
        rows["mean_return"],
        (rows["mean_return"] - rows["low"], rows["high"] - rows["mean_return"]),
        color=looks.colour,
        marker=looks.marker,
        ms=8 if looks.marker == "*" else 5,
        ls=line,
        elinewidth=0.9,
        label=label,
    )


def draw_planner(axes: Axes, planner: str) -> None:
    """Draw a planner's budgets, each labelled; the one that the other figures use in bold."""
    rows = played[played["agent"] == planner].sort_values("budget")
    draw_points(axes, rows, planner, f"{style.AGENTS[planner].label}, by {UNITS[planner]}", "-")
    shift, side = SHIFTS[planner]
    for row in rows.itertuples():
        axes.annotate(
            f"{row.budget:,}",
            (row.decision_seconds, row.mean_return),
            shift,
            textcoords="offset points",
            ha=side,
            fontsize=7,
            weight="bold" if row.own else "normal",
            color=style.AGENTS[planner].colour,
        )


def draw_exact(axes: Axes) -> None:
    """Draw the exact scores as lines."""
    agents = ["random", "bayes_optimal", "oracle"]
    scores = normalised_score(exact[agents].to_numpy(float), exact["random"], exact["bayes_optimal"])
    for agent, score in zip(agents, scores, strict=True):
        axes.axhline(score, color=style.AGENTS[agent].colour, ls=":", lw=0.9, zorder=0)


# %%
fig, axes = plt.subplots(figsize=(style.TEXT_WIDTH, 3.8))
draw_exact(axes)
for agent, looks in style.AGENTS.items():
    rows = played[played["agent"] == agent]
    if agent not in UNITS and len(rows):
        draw_points(axes, rows, agent, looks.label, "none")
for planner in UNITS:
    draw_planner(axes, planner)
axes.set(
    xscale="log", xlabel="seconds a decision, on one core", ylabel="return of an episode on the yardstick"
)
fig.legend(loc="outside lower center", ncols=3)
figure.save(fig, "planning_compute")
