# %% [markdown]
# # Generalisation between distributions of targets
#
# FOMAML trained on each distribution of targets and level of obstacles, tested on held-out targets of all of them. The
# score is 0 at the start and 1 at the exact optimum. Below, what every run reaches where it was trained and elsewhere.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from athanor.reporting import figure, statistics, style

TITLES = {"visible": "target visible", "hidden": "target hidden"}
KINDS = {
    "own": (style.PALETTE[0], "o", -0.17, "tested where trained"),
    "other": (style.PALETTE[1], "s", 0.17, "tested elsewhere"),
}
scores = figure.table("navigation/generalisation.csv")
for place in ("train", "test"):
    scores[place] = scores[f"{place}_distribution"] + ", " + scores[f"{place}_obstacles"]
conditions = list(dict.fromkeys(scores["test"]))
conditions.sort(key=lambda name: list(dict.fromkeys(scores["test_distribution"])).index(name.split(",")[0]))
places = np.arange(len(conditions))
observations = [name for name in TITLES if (scores["observation"] == name).any()]
rng = np.random.default_rng(0)
style.apply()


# %%
def draw_matrix(axes: Axes, rows: pd.DataFrame) -> AxesImage:
    """Draw the mean score by training and test condition, with numbers in hundredths."""
    means = rows.groupby(["train", "test"])["score"].mean().unstack().loc[conditions, conditions].to_numpy()
    image = axes.imshow(means, cmap="cividis", norm=Normalize(0, 1))
    for (row, column), value in np.ndenumerate(means):
        colour = "black" if value > 0.5 else "white"
        text = "–" if np.isnan(value) else f"{100 * value:.0f}".replace("-", "−")
        axes.text(column, row, text, color=colour, ha="center", va="center", fontsize=5.5)
    axes.set_xticks(places, conditions, rotation=90, fontsize=6)
    axes.set_yticks(places, conditions, fontsize=6)
    axes.set_xlabel("tested on")
    return image


def mean_and_whiskers(values: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the mean over seeds and the lengths of its interval."""
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return float("nan"), np.zeros((2, 1))
    found = statistics.mean(values, rng, resamples=1000)
    return found.value, np.array([[found.value - found.low], [found.high - found.value]])


def draw_runs(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the score of every run where it was trained, and its mean elsewhere."""
    same = rows["train"] == rows["test"]
    for kind, chosen in (("own", rows[same]), ("other", rows[~same])):
        colour, marker, shift, _ = KINDS[kind]
        by_run = chosen.groupby(["train", "seed"])["score"].mean().unstack().reindex(conditions)
        for place, values in zip(places, by_run.to_numpy(), strict=True):
            axes.plot(
                np.full(len(values), place + shift - 0.08),
                values,
                ".",
                color=colour,
                ms=2.5,
                mew=0,
                alpha=0.6,
            )
            mean, whiskers = mean_and_whiskers(values)
            axes.errorbar(
                place + shift + 0.06, mean, whiskers, color=colour, marker=marker, ms=2.6, elinewidth=0.9
            )
    axes.set_xticks(places, conditions, rotation=90, fontsize=6)
    axes.set_xlabel("trained on")
    axes.grid(axis="y", alpha=0.4)


# %%
fig = plt.figure(figsize=(style.TEXT_WIDTH, 5.9))
grid = fig.subplots(2, len(observations), height_ratios=[1.6, 1], squeeze=False)
for axes in grid[1, 1:]:
    axes.sharey(grid[1, 0])
for column, observation in enumerate(observations):
    rows = scores[scores["observation"] == observation]
    image = draw_matrix(grid[0, column], rows)
    grid[0, column].set_title(TITLES[observation])
    draw_runs(grid[1, column], rows)
grid[0, 0].set_ylabel("trained on")
grid[1, 0].set_ylabel("score")
bar = fig.colorbar(image, ax=list(grid[0]), shrink=0.8)
bar.set_label("mean score (numbers: hundredths)")
handles = [
    *(
        Line2D([], [], color=colour, marker=marker, ls="", label=f"mean, {label}")
        for colour, marker, _, label in KINDS.values()
    ),
    Line2D([], [], color="0.5", marker=".", ls="", ms=4, label="a run"),
]
fig.legend(handles=handles, loc="outside lower center", ncols=3)
figure.save(fig, "generalisation")
