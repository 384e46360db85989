# %% [markdown]
# # Navigation: where learners of each reading end
#
# A walk through the results of a finished run; `ATHANOR_RESULTS` names another results folder, such as
# `results/preview`. Open with `jupytext --to notebook notebooks/navigation.py`, or as a notebook in an editor.

# %%
from athanor.reporting import figure

# %% [markdown]
# The game solved exactly: the highest return, and how near one can come, by target.

# %%
reachable = figure.table("navigation/reachable.csv")
reachable

# %% [markdown]
# Distance to the target at the end of training, as released, as written and corrected, beside what is reachable.

# %%
finals = figure.table("navigation/final_distances.csv")
fixed = finals[finals["targets"] == "fixed"]
fixed.pivot_table("distance", ["reading", "algorithm"], "target", aggfunc="median").round(2)

# %% [markdown]
# The targets behind the cross are those that take a detour.

# %%
fixed.groupby(["behind", "reading", "algorithm"])[["distance", "reachable_distance"]].median().round(2)
