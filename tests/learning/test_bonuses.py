"""Bonuses of exploration by hand, and what cancels in a difference of errors."""

import numpy as np
import pytest

from athanor.learning.bonuses import MeanBonus, Predictor, count_bonus


def test_visits_by_hand():
    assert count_bonus(np.array([0, 1, 4])).tolist() == [1.0, 1.0, 0.5]


def test_errors_by_hand():
    predictor = Predictor(2)
    assert predictor.error(0, True) == predictor.error(0, False) == 1  # a half each
    predictor.learn(0, True)
    assert predictor.error(0, True) == pytest.approx(-np.log2(3 / 4))
    assert predictor.error(0, False) == pytest.approx(2)
    assert predictor.error(1, True) == 1  # each context alone
    with pytest.raises(ValueError, match="contexts is 0, must be at least 1"):
        Predictor(0)


def test_a_mean_begins_with_a_bit():
    bonus = MeanBonus((2, 2))
    bonus.learn((0, 1), 0.0)
    bonus.learn((0, 1), 0.5)
    assert bonus.mean.tolist() == [[1.0, 0.5], [1.0, 1.0]]


def test_errors_tend_to_the_entropy_and_those_of_noise_cancel():
    rng, blind, aware, errors, differences = np.random.default_rng(0), Predictor(1), Predictor(1), [], []
    for event in (rng.random(4000) < 0.1).tolist():
        errors.append(blind.error(0, event))
        differences.append(errors[-1] - aware.error(0, event))
        blind.learn(0, event)
        aware.learn(0, event)
    entropy = -0.1 * np.log2(0.1) - 0.9 * np.log2(0.9)
    assert np.mean(errors) == pytest.approx(entropy, abs=0.05)
    assert np.abs(differences).max() == 0
