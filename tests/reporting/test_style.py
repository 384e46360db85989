"""Tests of what the figures share."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

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
