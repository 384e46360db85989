# %% [markdown]
# # Learning one chemistry of Alchemy
#
# The score of an episode along training on one chemistry at a time, by the policy gradient and PPO, between players that
# do not learn, and the poster's curve of the policy gradient.

# %%
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from athanor.reporting import figure, style

LOOKS = {"vpg": ("policy gradient", style.PALETTE[1], "-"), "ppo": ("PPO", style.PALETTE[0], "-")}
POSTER = "poster, policy gradient"
PLAYERS = {"oracle": "--", "random_dips": "-.", "random": ":"}
curves = figure.table("alchemy/learning_curves.csv").query("experiment == 'single_chemistry'")
references = figure.table("alchemy/single_chemistry.csv")
published = figure.table("alchemy/published_learners.csv").query("curve == 'vpg_one'")
style.apply()


# %%
def draw(axes: Axes, place: int) -> None:
    """Draw every run thin, the mean over runs, and the players that do not learn."""
    for learner, (label, colour, line) in LOOKS.items():
        rows = curves[(curves["learner"] == learner) & (curves["place"] == place)]
        runs = rows.pivot(index="episode", columns="seed", values="score")
        axes.plot(runs.index / 1000, runs, color=colour, lw=0.3, alpha=0.5)
        axes.plot(runs.index / 1000, runs.mean(axis=1), line, color=colour, lw=1.6, label=label)
    own = references[references["place"] == place].set_index("player")
    for player, line in PLAYERS.items():
        looks = style.AGENTS[player]
        axes.axhline(own.loc[player, "value"], color=looks.colour, ls=line, lw=1.1, label=looks.label)
    axes.plot(
        published["episode"] / 1000, published["score"], "o:", color="0.4", mfc="white", ms=3, label=POSTER
    )
    axes.set(title=f"{own['edges'].iloc[0]} edges", xlabel="episodes, thousands", ylim=(0, None))


# %%
places = sorted(references["place"].unique())
fig, panels = plt.subplots(1, len(places), figsize=(style.TEXT_WIDTH, 2.5), sharey=True, squeeze=False)
for axes, place in zip(panels[0], places, strict=True):
    draw(axes, place)
panels[0, 0].set_ylabel("score of an episode")
fig.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=6)
figure.save(fig, "single_chemistry")
