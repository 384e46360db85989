"""Tests of the comparison of orders of tasks, on numbers worked by hand."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.distributions import by_target, curriculum_analysis
from athanor.experiments.navigation.distributions.scale import score
from athanor.reporting.estimands import estimates


def estimated(**tables):
    """Return the estimates of some tables."""
    chosen = [one for one in curriculum_analysis.ESTIMANDS if one.table in tables]
    found = estimates(
        "navigation", chosen, tables, Statistics(bootstrap_samples=100), np.random.default_rng(0)
    )
    return found.assign(quantity=found["quantity"].str.removeprefix("navigation.")).set_index("quantity")


def test_orders_are_compared_seed_by_seed() -> None:
    rows = [("uniform", 0, 0.5), ("uniform", 1, 0.7), ("easy_first", 0, 0.6), ("easy_first", 1, 0.9)]
    table = pd.DataFrame(rows, columns=["order", "seed", "score"]).assign(tested_on="fixed_eight")
    found = estimated(orders=table, gains=curriculum_analysis.gains(table))
    assert found.loc["order_score.easy_first.fixed_eight", "value"] == pytest.approx(0.75)
    gain = found.loc["order_gain.easy_first.fixed_eight"]
    half = 12.7062 * 0.05  # Student's t with one degree of freedom, of gains 0.1 and 0.2
    assert gain[["value", "low", "high"]].tolist() == pytest.approx(
        [0.15, 0.15 - half, 0.15 + half], abs=1e-4
    )
    assert "order_gain.uniform.fixed_eight" not in found.index


def test_on_held_out_targets_runs_and_targets_are_both_samples() -> None:
    """Gains of two runs at two targets: 0.1 and 0.3 at the first, 0.2 and 0.4 at the second."""
    gain = {(0, 0): 0.1, (1, 0): 0.3, (0, 1): 0.2, (1, 1): 0.4}
    rows = [("uniform", *key, 0.5) for key in gain]
    rows += [("easy_first", *key, 0.5 + value) for key, value in gain.items()]
    table = pd.DataFrame(rows, columns=["order", "seed", "target", "score"]).assign(tested_on="held_out")
    found = estimated(target_gains=curriculum_analysis.gains(table)).loc["order_gain.easy_first.held_out"]
    assert found["value"] == pytest.approx(0.25)
    of_runs, of_targets = (
        0.02 / 2,
        0.005 / 2,
    )  # of their means 0.15 and 0.35, and 0.2 and 0.3; nothing is left over
    variance = of_runs + of_targets
    half = scipy.stats.t.ppf(0.975, variance**2 / (of_runs**2 + of_targets**2)) * np.sqrt(variance)
    assert found["high"] - 0.25 == pytest.approx(half) == 0.25 - found["low"]


def test_an_order_is_scored_on_the_targets_that_it_was_tested_on() -> None:
    """The last two of four, which are 10 and 5 m from the start: the ends have no others."""
    base = pd.DataFrame({"start_distance": [10.0, 5.0], "best_distance": 0.0}, index=[2, 3])
    distance = np.array([[[10.0, 5.0], [5.0, 0.0]]])  # of one run: target, before and after the inner step
    rows = by_target.order_rows({"order": np.array("uniform"), "distance": distance}, base)
    assert rows["target"].tolist() == [0, 1]
    assert rows["score"].tolist() == pytest.approx([1 - 5.0 / 7.5, 1.0])
    assert rows["score"].mean() == pytest.approx(score(distance[..., -1], base)[0])


def test_the_training_curve_is_a_mean_over_frames() -> None:
    table = curriculum_analysis.training_rows(
        {"order": np.array("uniform"), "training_distance": np.array([[4.0, 2.0, 1.0, 1.0, 9.0]])}, frame=2
    )
    assert table[["episode", "distance"]].to_numpy().tolist() == [[2, 3.0], [4, 1.0]]
