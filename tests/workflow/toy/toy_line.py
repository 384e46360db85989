# %% [markdown]
# # Squares of the first numbers

# %%
import matplotlib.pyplot as plt

from athanor.reporting import figure

table = figure.table("toy/squares.csv")
drawing, axes = plt.subplots()
axes.plot(table["number"], table["square"])
figure.save(drawing, "toy_line")
