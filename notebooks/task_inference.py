# %% [markdown]
# # Task inference: what reference agents earn
#
# A walk through the results of a finished run; `ATHANOR_RESULTS` names another results folder, such as
# `results/preview`. Open with `jupytext --to notebook notebooks/task_inference.py`, or as a notebook in an editor.

# %%
from athanor.reporting import figure

# %% [markdown]
# Expected returns, exact or in brackets, in every setting of every family.

# %%
expected = figure.table("task_inference/exact_returns.csv")
expected.pivot_table("expected_return", ["family", "setting"], "agent").round(2)

# %% [markdown]
# Where an expected return is not exact, its bracket.

# %%
expected[expected["lower"] < expected["upper"]]
