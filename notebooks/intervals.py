# %% [markdown]
# # Intervals: how often they contain what they estimate
#
# A walk through the results of a finished run; `ATHANOR_RESULTS` names another results folder, such as
# `results/preview`. Open with `jupytext --to notebook notebooks/intervals.py`, or as a notebook in an editor.

# %%
from athanor.reporting import figure

# %% [markdown]
# Share of simulated samples whose interval contains the true value, by statistic, method and size of the sample.

# %%
coverage = figure.table("intervals/coverage.csv")
coverage.pivot_table("share", ["statistic", "method", "distribution"], "units").round(3)
