# %% [markdown]
# # Exposures of a context of the barcode bandit
#
# What LSTMs earn in each, with and without episodic reinstatement, beside what perfect memory earns.

# %%
import matplotlib.pyplot as plt

from athanor.reporting import figure, style

exact = figure.table("overview/exact.csv")
learned = figure.table("overview/learned.csv")
style.apply()
SYSTEMS = {
    "episodic_lstm": ("LSTM with reinstatement", style.PALETTE[0], "o"),
    "lstm_kept": ("LSTM that keeps its state", style.PALETTE[1], "s"),
    "lstm": ("LSTM that starts anew", style.PALETTE[2], "^"),
}
LINES = {"oracle": (4, 2), "first_exposure": (1, 1), "random": (6, 1, 1, 1)}

# %%
fig, axes = plt.subplots(figsize=(0.6 * style.TEXT_WIDTH, style.LINE_HEIGHT))
answers = exact[exact["row"] == 17]
perfect = style.numbered(answers, "quantity", r"^exposure_(\d+)$")
axes.plot(perfect["number"], perfect["value"], "-", color="0.3", label="perfect memory")
for system, (name, colour, marker) in SYSTEMS.items():
    rows = learned[(learned["row"] == 17) & (learned["system"] == system)]
    style.draw_runs(axes, style.numbered(rows, "quantity", r"^exposure_(\d+)$"), colour, marker, name)
for name, dashes in LINES.items():
    value = answers.set_index("quantity")["value"][name]
    axes.axhline(value, color="0.3", lw=1, dashes=dashes, label=name.replace("_", " "))
axes.set(ylim=(0, None), xlabel="exposure of a context", ylabel="return")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
figure.save(fig, "reinstatement")
