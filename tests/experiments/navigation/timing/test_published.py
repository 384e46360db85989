"""Tests of the published savings of FOMAML, on times worked by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.timing import published
from athanor.experiments.navigation.timing.config import Published


def test_published_savings_by_hand(tmp_path) -> None:
    times = {published.MAML_RUNS: 200.0} | dict(
        zip(published.FOMAML_RUNS.values(), (100.0, 150.0), strict=True)
    )
    figure = pd.Series(times, name="mean").rename_axis("source").reset_index()
    (tmp_path / "figure3b.csv").write_text("# A\n" + figure.to_csv(index=False))
    settings = (Published(), Statistics(bootstrap_samples=100), np.random.default_rng(0))
    found = published.run(*settings, tmp_path / "figure3b.csv")
    expected = {
        "poster": 40.0,
        "abstract": 56.0,
        "abstract_as_speed": 100.0 * (1.0 - 1.0 / 1.56),
        "figure": 50.0,
        "all_runs": 25.0,
    }
    saved = found["timing_published"].set_index("source")["saved"]
    assert list(saved.index) == list(expected)
    assert saved.to_dict() == pytest.approx(expected)
    value = found["estimates/timing_published"].set_index("quantity")["value"]
    assert value.to_dict() == pytest.approx(
        {f"navigation.published_saving.{source}": share for source, share in expected.items()}
    )
