# %% [markdown]
# # Simple Alchemy: agents on the exact yardstick
#
# A walk through the results of a finished run; `ATHANOR_RESULTS` names another results folder, such as
# `results/preview`. Open with `jupytext --to notebook notebooks/simple_alchemy.py`, or as a notebook in an editor.

# %%
from athanor.reporting import figure

# %% [markdown]
# The two ends of the yardstick: the expected return of the random agent and that of the Bayes-optimal one, which knows
# the rules and not the causal graph. The oracle knows the graph too. All three are exact, by number of trials.

# %%
yardstick = figure.table("simple_alchemy/yardstick.csv")
yardstick

# %% [markdown]
# Mean return of each agent over the simulated episodes.

# %%
returns = figure.table("simple_alchemy/returns.csv")
episodes = returns.groupby(["family", "agent", "episode"])["return"].sum()
episodes.groupby(["family", "agent"]).agg(["mean", "sem", "size"])

# %% [markdown]
# The same on the yardstick, with intervals: 0 is random, 1 Bayes-optimal.

# %%
estimates = figure.table("simple_alchemy/estimates/agents.csv")
estimates[estimates["estimand"] == "score"][["family", "agent", "value", "low", "high", "observations"]]
