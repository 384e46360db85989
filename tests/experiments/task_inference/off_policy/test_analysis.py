"""Curves are compared at equal steps, gaps pair tasks by run, and a run that diverged counts for nothing."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.off_policy import analysis
from athanor.experiments.task_inference.off_policy.config import OffPolicy
from athanor.results import Origin, making, write_table

# SVG(0) is trained for 2 points of 100 steps, PPO for 3; returns by run, then point; held-out tasks pay 1 less.
RETURNS = {("svg", "A"): [[2.0, 4.0], [3.0, 6.0]], ("ppo", "A"): [[1.0, 2.0, 9.0], [2.0, 3.0, 9.0]]}


def curve(returns):
    rows = [
        (run, 100 * (point + 1), tasks, value - less)
        for run, points in enumerate(returns)
        for point, value in enumerate(points)
        for tasks, less in (("train", 0.0), ("held_out", 1.0))
    ]
    return pd.DataFrame(rows, columns=["run", "steps", "tasks", "mean_return"])


@pytest.fixture
def found(tmp_path):
    paths = []
    with making(Origin("test")):
        for (learner, agent), returns in RETURNS.items():
            paths.append(tmp_path / f"{learner}.csv")
            named = curve(returns).assign(family="semicircle", learner=learner, agent=agent)
            write_table(paths[-1], named)
        for beta, returns in ((0.0, [[1.0, 5.0], [1.0, 7.0]]), (0.1, [[1.0, np.nan], [1.0, 2.0]])):
            write_table(tmp_path / f"{beta}.csv", curve(returns).assign(beta=beta))
        reference = pd.DataFrame(
            [("semicircle", "random", 1.0, 1.0), ("semicircle", "bayes_optimal", 5.5, 5.0)],
            columns=["family", "agent", "expected_return", "lower"],
        )
        write_table(tmp_path / "returns.csv", reference)
        timed = [
            (program, pair, taken + pair)
            for program, taken in (("training", 60.0), ("gymnasium", 90.0), ("physics", 45.0))
            for pair in range(6)
        ]
        speed = pd.DataFrame(timed, columns=["program", "pair", "microseconds"])
        write_table(tmp_path / "cheetah_speed.csv", speed)
    bottlenecks = (tmp_path / "0.0.csv", tmp_path / "0.1.csv")
    settings = (Statistics(bootstrap_samples=200), OffPolicy(), np.random.default_rng(0))
    return analysis.run(
        *settings, tuple(paths), bottlenecks, tmp_path / "returns.csv", tmp_path / "cheetah_speed.csv"
    )


def test_learners_are_compared_at_equal_steps(found):
    value = found["estimates/off_policy"].set_index("quantity")["value"]
    assert value["task_inference.off_policy_equal_steps.semicircle.svg.A.train"] == 5.0
    assert value["task_inference.off_policy_equal_steps.semicircle.ppo.A.train"] == 2.5
    assert value["task_inference.off_policy_end.semicircle.ppo.A.held_out"] == 8.0
    assert value["task_inference.off_policy_gain.semicircle.held_out"] == 2.5
    assert value["task_inference.off_policy_area.semicircle.svg.A.train"] == 3.75
    assert value["task_inference.off_policy_steps.semicircle.ppo.A"] == 300


def test_a_comparison_without_its_learners_is_not_run(found):
    value = found["estimates/off_policy"].set_index("quantity")["value"]
    assert np.isnan(value["task_inference.off_policy_supervision.semicircle.held_out"])
    assert np.isnan(value["task_inference.off_policy_gain.noisy_target.held_out"])
    assert np.isnan(value["task_inference.bottleneck_gap.0.01"])


def test_scores_lie_between_random_play_and_the_bound(found):
    best = found["off_policy"].query("learner == 'svg' and run == 1 and steps == 200 and tasks == 'held_out'")
    assert best["score"].item() == 1.0


def test_a_run_that_diverged_is_not_counted(found):
    by_quantity = found["estimates/off_policy"].set_index("quantity")
    last = by_quantity.loc["task_inference.bottleneck_return.0.1.train"]
    assert (last["value"], last["observations"]) == (2.0, 1)
    assert by_quantity.loc["task_inference.bottleneck_gap.0", "value"] == 1.0


def test_the_greatest_weight_is_compared_with_the_least(found):
    """Of two runs one diverged with the greatest weight: the other ends at 2 there and at 7 without a bottleneck."""
    value = found["estimates/off_policy"].set_index("quantity")["value"]
    assert value["task_inference.bottleneck_return_change.train"] == -5.0
    assert value["task_inference.bottleneck_return_change.held_out"] == -5.0
    assert value["task_inference.bottleneck_gap_change"] == 0.0


def test_times_are_compared_by_their_medians(found):
    """Medians of 60 to 65, 90 to 95 and 45 to 50 µs."""
    value = found["estimates/off_policy"].set_index("quantity")["value"]
    assert value["task_inference.cheetah_step_us.training"] == 62.5
    assert value["task_inference.gymnasium_over_training"] == pytest.approx(92.5 / 62.5)
    assert value["task_inference.gymnasium_over_physics"] == pytest.approx(92.5 / 47.5)
