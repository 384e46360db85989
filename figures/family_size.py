# %% [markdown]
# # How large a family of chemistries each learner copes with
#
# The score at the end of training by the number of chemistries in the family, every run and the mean with its interval.

# %%
import matplotlib.pyplot as plt

from athanor.reporting import figure, style

LOOKS = {
    "joint": ("joint training", style.PALETTE[4], "D"),
    "maml": ("MAML", style.PALETTE[0], "o"),
    "fomaml": ("FOMAML", style.PALETTE[1], "s"),
    "recurrent": ("recurrent", style.PALETTE[2], "^"),
}
PLAYERS = {"oracle": "--", "random_dips": "-.", "deposit_positive": (0, (1, 1)), "random": ":"}
ends = figure.table("alchemy/family_size.csv")
means = figure.table("alchemy/mean_scores.csv").astype({"trial": str})
played = means[means["trial"] == "all"].set_index("agent")["value"]
style.apply()

# %%
fig, axes = plt.subplots(figsize=(style.TEXT_WIDTH * 0.75, 2.8))
for place, (learner, (label, colour, marker)) in enumerate(LOOKS.items()):
    rows = ends[ends["learner"] == learner]
    shift = 1.06 ** (place - 1.5)
    axes.plot(rows["size"] * shift, rows["score"], ".", color=colour, ms=3, alpha=0.5)
    mean = rows.groupby("size")[["value", "low", "high"]].first()
    lengths = (mean["value"] - mean["low"], mean["high"] - mean["value"])
    axes.errorbar(
        mean.index * shift, mean["value"], lengths, color=colour, marker=marker, elinewidth=1.0, label=label
    )
for player, line in PLAYERS.items():
    looks = style.AGENTS[player]
    axes.axhline(played[player], color=looks.colour, ls=line, lw=1.0, label=looks.label)
axes.set(xscale="log", xlabel="chemistries in the family", ylabel="score of an episode", ylim=(0, None))
fig.legend(*axes.get_legend_handles_labels(), loc="outside right center")
figure.save(fig, "family_size")
