"""Tests of what the figures share."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from athanor.reporting import style


def test_whiskers_are_the_lengths_below_and_above_and_never_negative() -> None:
    rows = pd.DataFrame({"value": [2.0, 1.0], "low": [1.5, 1.0 + 1e-12], "high": [4.0, 1.0]})
    np.testing.assert_allclose(style.whiskers(rows), [[0.5, 0.0], [2.0, 0.0]])
    assert (np.array(style.whiskers(rows)) >= 0).all()


def test_ticks_of_a_logarithmic_axis_are_written_in_full() -> None:
    figure, axes = plt.subplots()
    axes.set(yscale="log", ylim=(0.4, 6))
    style.plain_ticks(axes)
    figure.canvas.draw()
    shown = [label.get_text() for label in axes.get_yticklabels() if 0.4 <= label.get_position()[1] <= 6]
    plt.close(figure)
    assert shown == ["0.5", "1", "2", "5"]


def test_rows_are_numbered_by_what_a_pattern_finds():
    rows = pd.DataFrame({"condition": ["slip0.2", "half_stored", "slip0"], "value": [1.0, 2.0, 3.0]})
    found = style.numbered(rows, "condition", r"^slip(.+)$")
    assert found["number"].tolist() == [0.0, 0.2] and found["value"].tolist() == [3.0, 1.0]


def test_runs_are_dots_around_their_mean():
    axes = Figure().subplots()
    rows = pd.DataFrame({"number": [1.0, 1.0, 2.0], "value": [0.0, 4.0, 3.0]})
    style.draw_runs(axes, rows, "#222222", "o", "a learner")
    mean, dots = axes.lines
    assert mean.get_ydata().tolist() == [2.0, 3.0] and mean.get_label() == "a learner"
    assert dots.get_ydata().tolist() == [0.0, 4.0, 3.0]
