# %% [markdown]
# # How large a family of chemistries each learner copes with
#
# The score at the end of training by the number of chemistries in the family, between random actions and the oracle of
# that family; every run and the mean with its interval.

# %%
import matplotlib.pyplot as plt

from athanor.reporting import figure, style

LOOKS = {
    "joint": ("joint training", style.PALETTE[4], "D"),
    "maml": ("MAML", style.PALETTE[0], "o"),
    "maml_larger_budget": ("MAML, larger budget", style.PALETTE[3], "v"),
    "fomaml": ("FOMAML", style.PALETTE[1], "s"),
    "recurrent": ("recurrent", style.PALETTE[2], "^"),
}
PLAYERS = {"oracle": "--", "random_dips": "-.", "random": ":"}
ends = figure.table("alchemy/family_size.csv")
families = figure.table("alchemy/families.csv").pivot(
    index=["size", "seed"], columns="player", values="score"
)
low, high = families["random"], families["oracle"]
played = families.sub(low, axis=0).div(high - low, axis=0).groupby("size").mean()
style.apply()

# %%
fig, axes = plt.subplots(figsize=(style.TEXT_WIDTH * 0.75, 2.8))
for place, (learner, (label, colour, marker)) in enumerate(LOOKS.items()):
    rows = ends[ends["learner"] == learner]
    shift = 1.15 ** (place - 1.5)
    axes.plot(rows["size"] * shift, rows["share"], ".", color=colour, ms=3, alpha=0.5)
    mean = rows.groupby("size")[["value", "low", "high"]].first()
    lengths = (mean["value"] - mean["low"], mean["high"] - mean["value"])
    axes.errorbar(
        mean.index * shift,
        mean["value"],
        lengths,
        color=colour,
        marker=marker,
        ms=3,
        lw=0.8,
        elinewidth=1.2,
        label=label,
    )
for player, line in PLAYERS.items():
    looks = style.AGENTS[player]
    axes.plot(played.index, played[player], color=looks.colour, ls=line, lw=1.0, label=looks.label)
axes.set(xscale="log", xlabel="chemistries in the family", ylabel="score; 0: random actions, 1: oracle")
fig.legend(*axes.get_legend_handles_labels(), loc="outside right center")
figure.save(fig, "family_size")
