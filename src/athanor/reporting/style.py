"""One look for every figure: fonts, sizes, and a colour and a marker for each agent."""

from typing import NamedTuple

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.rcsetup import cycler
from matplotlib.ticker import FuncFormatter, Locator, LogLocator, NullFormatter

TEXT_WIDTH = 6.3  # inches; the width of a line of the paper
LINE_HEIGHT = 2.4  # inches; a good height for one row of panels
# The ten colours that seaborn calls "colorblind" (Waskom 2021).
PALETTE: list[str] = [
    *("#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc"),
    *("#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9"),
]


class AgentStyle(NamedTuple):
    """How an agent is named and drawn, in every figure."""

    label: str
    colour: str
    marker: str


# Told apart without colour vision by the marker; in grey by marker and, mostly, by lightness.
AGENTS: dict[str, AgentStyle] = {
    "oracle": AgentStyle("oracle", "#222222", "*"),
    "bayes_optimal": AgentStyle("Bayes-optimal", PALETTE[0], "o"),
    "cem": AgentStyle("Bayes, CEM", PALETTE[1], "s"),
    "tree_search": AgentStyle("Bayes, tree search", PALETTE[2], "^"),
    "posterior_sampling": AgentStyle("posterior sampling", PALETTE[4], "D"),
    "information_directed": AgentStyle("information-directed", "#0b6e4f", "8"),
    "qmdp": AgentStyle("QMDP", PALETTE[6], "p"),
    "rollout": AgentStyle("Bayes, rollout", "#1b3a8a", "<"),
    "far_sighted": AgentStyle("Bayes, far-sighted", "#8a4b00", ">"),
    "random_dips": AgentStyle("random dips", PALETTE[5], "P"),
    "deposit_positive": AgentStyle("positive stones only", PALETTE[3], "h"),
    "greedy": AgentStyle("greedy within the trial", PALETTE[9], "v"),
    "random": AgentStyle("random", PALETTE[7], "X"),
}

SETTINGS = {
    "figure.figsize": (TEXT_WIDTH, LINE_HEIGHT),
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",  # ships with Matplotlib, so every machine has it
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.0,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "legend.frameon": False,
    "axes.linewidth": 0.7,
    "axes.prop_cycle": cycler("color", PALETTE),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.3,
    "lines.markersize": 4.0,
    "lines.markeredgewidth": 1.0,
    "patch.edgecolor": "white",
    "patch.force_edgecolor": True,
    "patch.linewidth": 0.8,
    "xtick.major.pad": 3.5,
    "ytick.major.pad": 3.5,
    "xtick.major.size": 4.8,
    "ytick.major.size": 4.8,
    "xtick.minor.size": 3.2,
    "ytick.minor.size": 3.2,
    "grid.linewidth": 0.5,
    "image.interpolation": "nearest",
    "savefig.dpi": 200,
    "pdf.fonttype": 42,  # TrueType: text stays text
    "svg.hashsalt": "athanor",
}


def apply() -> None:
    """Set the style for every figure made from now on."""
    plt.style.use(["seaborn-v0_8-ticks", SETTINGS])


def whiskers(rows: pd.DataFrame) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    """Return the lengths of intervals below and above their values, none of them negative."""
    return (rows["value"] - rows["low"]).clip(lower=0), (rows["high"] - rows["value"]).clip(lower=0)


def plain_ticks(axes: Axes, locator: Locator | None = None) -> None:
    """Write the numbers of a logarithmic y-axis in full, at 1, 2 and 5 of each decade if not elsewhere."""
    axes.yaxis.set_major_locator(locator or LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def numbered(rows: pd.DataFrame, column: str, pattern: str) -> pd.DataFrame:
    """Return the rows whose column matches a pattern with one number, in the order of the number, a column of its own."""
    number = rows[column].str.extract(pattern, expand=False).astype(float)
    return rows.assign(number=number).dropna(subset="number").sort_values("number", kind="stable")


def draw_runs(axes: Axes, rows: pd.DataFrame, colour: str, marker: str, label: str) -> None:
    """Draw the mean over runs along `number`, and each run as a dot."""
    mean = rows.groupby("number")["value"].mean()
    axes.plot(mean.index, mean, marker=marker, color=colour, label=label)
    axes.plot(rows["number"], rows["value"], ".", color=colour, alpha=0.3, ms=3)
