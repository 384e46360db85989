# %% [markdown]
# # Overview: an overview's statements beside exact answers
#
# A walk through the results of a finished run; `ATHANOR_RESULTS` names another results folder, such as
# `results/preview`. Open with `jupytext --to notebook notebooks/overview.py`, or as a notebook in an editor.

# %%
from athanor.reporting import figure

# %% [markdown]
# The exact answers of the small systems that the statements are read on.

# %%
exact = figure.table("overview/exact.csv")
exact

# %% [markdown]
# What learners reach beside them.

# %%
learned = figure.table("overview/learned.csv")
learned
