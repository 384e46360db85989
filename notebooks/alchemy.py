# %% [markdown]
# # Alchemy: what an agent loses to the oracle, and what learners reach
#
# A walk through the results of a finished run; `ATHANOR_RESULTS` names another results folder, such as
# `results/preview`. Open with `jupytext --to notebook notebooks/alchemy.py`, or as a notebook in an editor.

# %%
from athanor.reporting import figure

# %% [markdown]
# Mean score by trial. Agents with the exact posterior gain from trial to trial, as the chemistry becomes known.

# %%
means = figure.table("alchemy/mean_scores.csv")
means.pivot(index="agent", columns="trial", values="value").round(1)

# %% [markdown]
# Learning curves: the mean score over the runs at the end of training, by experiment and learner.

# %%
curves = figure.table("alchemy/learning_curves.csv")
keys = ["experiment", "learner", "place", "game", "size"]
last = curves.groupby([*keys, "seed"], dropna=False).last()
last.groupby(keys, dropna=False)["score"].agg(["mean", "min", "max", "size"]).round(1)
