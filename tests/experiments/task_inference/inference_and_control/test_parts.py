"""Parts of trials, and what the Bayes-optimal agent earns in them."""

import numpy as np
import pytest

from athanor.experiments.task_inference.inference_and_control import optimal_play
from athanor.experiments.task_inference.inference_and_control.config import InferenceAndControl, Probed
from athanor.experiments.task_inference.inference_and_control.parts import parts_of, split
from athanor.experiments.task_inference.learning.config import Learning
from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.simple_alchemy.environment import SimpleAlchemy


def test_parts_are_episodes_or_trials_or_halves():
    assert parts_of(Bandit(), 1) == 2
    assert parts_of(Bandit(), 4) == 4
    assert parts_of(SimpleAlchemy(), 1) == 5
    np.testing.assert_array_equal(split(np.arange(6.0), 2), [3, 12])


def test_optimal_rewards_add_up_to_the_optimum_and_unknown_games_are_left_out():
    games = [("bandit", "5x10"), ("bandit", "20x100"), ("numpad", "2x2x3_30"), ("semicircle", "0.2_100")]
    probed = InferenceAndControl(games=tuple(Probed(family=family, setting=name) for family, name in games))
    rows = optimal_play.run(Learning(), probed)["optimal_rewards"]
    totals = rows.groupby(["family", "setting"])["mean_return"].sum()
    assert list(totals.index) == [("bandit", "5x10"), ("numpad", "2x2x3_30")]
    assert totals["bandit", "5x10"] == pytest.approx(6.659988, abs=5e-7)
    assert rows["part"].tolist() == [0, 1, 0, 1]
