# %% [markdown]
# # Trials of Alchemy
#
# The mean score of each trial of the agents that act on the posterior, and what they lose to the oracle of the same episodes;
# beside them the published ideal observer, whose losses are to the oracle of its own episodes.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from athanor.reporting import figure, style

AGENTS = ("oracle", "far_sighted", "rollout", "qmdp", "posterior_sampling")
LINEAR_BELOW = 0.01  # loss, below which the axis is linear, so that 0 has a place
means = figure.table("alchemy/mean_scores.csv").astype({"trial": str})
losses = figure.table("alchemy/losses.csv")
published = figure.table("alchemy/estimates/game.csv").query("estimand == 'published_score'")
style.apply()


# %%
def published_trials(name: str) -> np.ndarray:
    """Return the published mean scores by trial, as many as there are."""
    rows = published[(published["player"] == name) & (published["trial"] != "episode")]
    return rows["value"].to_numpy()


# %%
def draw(axes: Axes, table: pd.DataFrame) -> None:
    """Draw each agent's mean by trial with its interval."""
    agents = [agent for agent in AGENTS if agent in set(table["agent"])]
    for place, agent in zip(np.linspace(-0.24, 0.24, len(agents)), agents, strict=True):
        looks = style.AGENTS[agent]
        rows = table[table["agent"] == agent]
        axes.errorbar(
            rows["trial"].astype(int) + place,
            rows["value"],
            [rows["value"] - rows["low"], rows["high"] - rows["value"]],
            color=looks.colour,
            marker=looks.marker,
            elinewidth=0.8,
            label=looks.label,
        )
    axes.set(xlabel="trial", xticks=range(1, int(table["trial"].astype(int).max()) + 1))


# %%
def draw_published(axes: Axes, values: np.ndarray) -> None:
    """Draw what is published of the ideal observer."""
    shown = values[: len(axes.get_xticks())]
    axes.plot(
        range(1, len(shown) + 1),
        shown,
        "v",
        color="white",
        mec="black",
        ms=5,
        label="ideal observer, published",
    )


# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 2.9))
draw(left, means[means["trial"] != "all"])
left.set(ylabel="mean score of a trial")
draw(right, losses)
draw_published(right, published_trials("oracle_there") - published_trials("ideal_observer"))
right.set(ylabel="mean loss to the oracle, of a trial", yscale="symlog")
right.set_yscale("symlog", linthresh=LINEAR_BELOW)
right.set_ylim(bottom=0)
named = [panel.get_legend_handles_labels() for panel in (left, right)]
labelled = {label: mark for marks, labels in named for mark, label in zip(marks, labels, strict=True)}
fig.legend(labelled.values(), labelled.keys(), loc="outside upper center", ncols=3)
figure.save(fig, "alchemy_trials")
