# %% [markdown]
# # Scores on Alchemy
#
# The score of an episode: every episode and the mean of each agent, beside the means that are published for the public
# evaluation set.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from athanor.reporting import figure, style

WHOLE = "all"
PUBLISHED = {
    "random_dips": "random_dips",
    "deposit_positive": "deposit_positive",
    "rollout": "ideal_observer",
    "oracle": "oracle",
}
scores = figure.table("alchemy/scores.csv")
means = figure.table("alchemy/mean_scores.csv").astype({"trial": str})
published = figure.table("alchemy/estimates/game.csv").query("estimand == 'published_score'")
published = published[published["trial"] == "episode"].set_index("player")["value"]
rng = np.random.default_rng(0)  # of the jitter
style.apply()


# %%
def draw_episodes(axes: Axes) -> None:
    """Draw every episode's score, the mean with its interval, and the published mean."""
    whole = means[means["trial"] == WHOLE].set_index("agent")
    agents = list(whole.index)[::-1]
    for row, agent in enumerate(agents):
        looks = style.AGENTS[agent]
        totals = scores[scores["agent"] == agent].groupby("episode")["score"].sum().to_numpy()
        jitter = rng.uniform(-0.32, 0.32, len(totals))
        axes.plot(totals, row + jitter, ".", color=looks.colour, ms=1.5, mew=0, alpha=0.3, rasterized=True)
        value, low, high = whole.loc[agent, ["value", "low", "high"]]
        axes.errorbar(
            value,
            row,
            xerr=[[value - low], [high - value]],
            color=looks.colour,
            marker=looks.marker,
            ms=9 if looks.marker == "*" else 6,
            mec="white",
            mew=0.7,
            elinewidth=2,
            capsize=3,
        )
        if agent in PUBLISHED:
            axes.plot(
                published[PUBLISHED[agent]],
                row - 0.38,
                "v",
                color="white",
                mec="black",
                ms=5,
                label="published" if row else None,
            )
    axes.set(yticks=range(len(agents)), ylim=(len(agents) - 0.5, -0.6), xlabel="score of an episode")
    axes.set_yticklabels([style.AGENTS[agent].label for agent in agents])


# %%
fig, axes = plt.subplots(figsize=(style.TEXT_WIDTH, 3.1))
draw_episodes(axes)
handles, names = axes.get_legend_handles_labels()
axes.legend(handles[:1], names[:1], loc="lower right")
figure.save(fig, "alchemy_scores")
