# %% [markdown]
# # What is still unknown of the chemistry
#
# The entropy of the exact posterior after each step of a trial, mean over episodes, by agent.

# %%
import matplotlib.pyplot as plt

from athanor.reporting import figure, style

AGENTS = ("random_dips", "posterior_sampling", "qmdp", "rollout", "far_sighted")
TRIALS = (1, 2, 3, 10)
entropy = figure.table("alchemy/entropy.csv")
shown = [trial for trial in TRIALS if trial in set(entropy["trial"])]
style.apply()

# %%
fig, panels = plt.subplots(1, len(shown), figsize=(style.TEXT_WIDTH, 2.5), sharey=True, squeeze=False)
for trial, axes in zip(shown, panels[0], strict=True):
    for place, agent in enumerate(AGENTS):
        rows = entropy[(entropy["agent"] == agent) & (entropy["trial"] == trial)].sort_values("step")
        looks = style.AGENTS[agent]
        axes.plot(
            rows["step"],
            rows["value"],
            color=looks.colour,
            marker=looks.marker,
            ms=3.5,
            markevery=(place, 5),
            label=looks.label,
        )
        axes.fill_between(rows["step"], rows["low"], rows["high"], color=looks.colour, alpha=0.25, lw=0)
    axes.set(
        title=f"trial {trial}",
        xlabel="steps",
        xticks=range(0, int(entropy["step"].max()) + 1, 5),
        ylim=(0, None),
    )
panels[0][0].set_ylabel("entropy of the posterior (bits)")
panels[0][-1].legend(loc="upper right")
figure.save(fig, "alchemy_entropy")
