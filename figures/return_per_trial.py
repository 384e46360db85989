# %% [markdown]
# # Return per trial, and on the yardstick
#
# What each agent is paid in each trial of an episode, in both families of graphs; and the return of its episodes on
# the yardstick, where 0 is the random agent's exact expected return and 1 the Bayes-optimal one. A yardstick needs
# the Bayes-optimal return, so it exists for the 384 graphs alone, and for whole episodes.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from athanor.reporting import figure, style
from athanor.reporting.statistics import Estimate, mean, normalised_score

TITLES = {
    "three_edges": "384 graphs: three edges an attribute",
    "all": "20,250 graphs: one to four edges",
}
returns = figure.table("simple_alchemy/returns.csv")
exact = figure.table("simple_alchemy/yardstick.csv").set_index("trials")
trials = int(exact.index.max())
rng = np.random.default_rng(0)  # of the bootstrap and of the jitter
style.apply()


def agents_of(table: pd.DataFrame) -> list[str]:
    """Return the agents of a table in the order of the legend."""
    return [agent for agent in style.AGENTS if agent in set(table["agent"])]


def whiskers(estimate: Estimate) -> np.ndarray:
    """Return the lengths of an interval below and above its value."""
    return np.array([[estimate.value - estimate.low], [estimate.high - estimate.value]])


# %%
def draw_trials(axes: Axes, table: pd.DataFrame) -> None:
    """Draw the mean pay in each trial with its 95 % interval, the agents a little apart."""
    agents = agents_of(table)
    for place, agent in zip(np.linspace(-0.18, 0.18, len(agents)), agents, strict=True):
        looks = style.AGENTS[agent]
        by_trial = table[table["agent"] == agent].groupby("trial")["return"]
        estimates = [mean(values.to_numpy(), rng) for _, values in by_trial]
        axes.errorbar(
            np.arange(1, len(estimates) + 1) + place,
            [estimate.value for estimate in estimates],
            np.hstack([whiskers(estimate) for estimate in estimates]),
            color=looks.colour,
            marker=looks.marker,
            elinewidth=0.8,
            label=looks.label,
        )
    axes.set(xticks=range(1, trials + 1), xlim=(0.6, trials + 0.4), xlabel="trial", ylim=(0, None))


def draw_exact(axes: Axes) -> None:
    """Draw what is known exactly of a trial's expected pay."""
    for agent in ("oracle", "bayes_optimal", "random"):
        axes.axhline(exact.loc[1, agent], color=style.AGENTS[agent].colour, ls=":", lw=0.9, zorder=0)
    place = (0.5, exact.loc[1, "bayes_optimal"])
    across = axes.get_yaxis_transform()
    axes.text(*place, "optimum of a single trial", transform=across, ha="center", va="bottom", fontsize=7)


# %%
def draw_scores(axes: Axes, table: pd.DataFrame) -> None:
    """Draw every episode's return on the yardstick, and the mean with its 95 % interval."""
    last = exact.loc[trials]
    bounds = ["random", "bayes_optimal", "oracle"]
    ends = last["random"], last["bayes_optimal"]
    for value, agent in zip(normalised_score(last[bounds].to_numpy(float), *ends), bounds, strict=True):
        axes.axvline(value, color=style.AGENTS[agent].colour, linestyle=":", linewidth=0.9, zorder=0)
    agents = agents_of(table)
    for row, agent in enumerate(agents):
        looks = style.AGENTS[agent]
        totals = table[table["agent"] == agent].groupby("episode")["return"].sum().to_numpy()
        episodes = normalised_score(totals, *ends)
        jitter = rng.uniform(-0.3, 0.3, len(episodes))
        axes.plot(episodes, row + jitter, ".", color=looks.colour, ms=2.5, mew=0, alpha=0.45)
        found = mean(episodes, rng)
        axes.errorbar(
            found.value,
            row,
            xerr=whiskers(found),
            color=looks.colour,
            marker=looks.marker,
            ms=10 if looks.marker == "*" else 6,
            mec="white",
            mew=0.7,
            elinewidth=2,
            capsize=3,
        )
    axes.set(yticks=range(len(agents)), ylim=(len(agents) - 0.5, -0.5))
    axes.set_yticklabels([style.AGENTS[agent].label for agent in agents])
    axes.set_xlabel("return of an episode on the yardstick (0: random, 1: Bayes-optimal)")
    axes.set_title("384 graphs: every episode, and the mean with its interval", fontsize=8)


# %%
fig = plt.figure(figsize=(style.TEXT_WIDTH, 5.6))
mosaic = fig.subplot_mosaic([["three_edges", "all"], ["score", "score"]], width_ratios=[3, 2])
for family, title in TITLES.items():
    draw_trials(mosaic[family], returns[returns["family"] == family])
    mosaic[family].set_title(title, fontsize=8)
draw_exact(mosaic["three_edges"])
mosaic["three_edges"].set_ylabel("mean return of a trial,\nsteps of pay")
mosaic["all"].sharey(mosaic["three_edges"])
mosaic["all"].tick_params(labelleft=False)
draw_scores(mosaic["score"], returns[returns["family"] == "three_edges"])
handles, names = mosaic["three_edges"].get_legend_handles_labels()
fig.legend(handles, names, loc="outside upper center", ncols=4)
figure.save(fig, "return_per_trial")
