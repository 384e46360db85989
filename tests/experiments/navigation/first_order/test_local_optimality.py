"""Tests of following the exact gradient: the return never falls, and what is counted of ascents, by hand."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.first_order import local_analysis, local_optimality
from athanor.experiments.navigation.first_order.config import FirstOrder, LocalOptimality
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Corrected, Learners, Networks
from athanor.results import Origin, making, write_table


def test_the_return_rises_along_the_exact_gradient() -> None:
    study = LocalOptimality(seeds=2, steps=2, halvings=2)
    learners = Learners(networks=Networks(hidden=8), corrected=Corrected(trajectories=2, episodes=1))
    sections = (Environment(horizon=12), learners, FirstOrder(), study)
    table = local_optimality.run(*sections, jax.random.key(1), "corrected", "maml")["ascents"]
    assert table[["seed", "step"]].to_numpy().tolist() == [[s, t] for s in range(2) for t in range(3)]
    values = table["value"].to_numpy().reshape(2, 3)
    assert (np.diff(values) > 0).all()
    assert (table["gradient_norm"] > 0).all()
    assert table["in_cross_behind"].between(0, 1).all()


def test_trapped_runs_that_are_led_out_are_counted(tmp_path) -> None:
    """Three runs are trapped, of which one gets out; one was never trapped, and one diverged."""
    chances = [(1.0, 0.2), (0.9, 0.9), (0.5, 0.5), (0.1, 0.0), (np.nan, np.nan)]
    rows = [
        ("released", "maml", seed, step, 10.0 * step, 2.0, 4.0 * chance, chance)
        for seed, both in enumerate(chances)
        for step, chance in enumerate(both)
    ]
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "ascents.csv", pd.DataFrame(rows, columns=local_optimality.COLUMNS))
    sections = (LocalOptimality(), Statistics(bootstrap_samples=100), np.random.default_rng(0))
    found = local_analysis.run(*sections, (tmp_path / "ascents.csv",))
    estimates = found["estimates/local_optimality"].set_index("quantity")
    expected = {"trapped": 3, "led_out_runs": 1, "led_out": 1 / 3, "fall": 3.2 / 3, "gradient_norm": 2.0}
    values = {name: estimates.loc[f"navigation.local_{name}.released.maml", "value"] for name in expected}
    assert values == pytest.approx(expected)
    led_out = estimates.loc["navigation.local_led_out.released.maml"]
    assert (led_out["low"], led_out["high"]) == pytest.approx((0.0084, 0.9057), abs=1e-3)
