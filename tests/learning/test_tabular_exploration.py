"""Exploration in tables: values by hand, when behaviour is optimal, and the law of samples."""

import numpy as np
import pytest

from athanor.learning.tabular_exploration import (
    Counts,
    RevealingGame,
    decoupled_is_optimal,
    end_to_end_is_optimal,
    information_rewards,
    samples_until_optimal,
)

GAME = RevealingGame(actions=3, tasks=2)  # shown: task 0, task 1, nothing after 1, nothing after 2


def test_what_is_shown():
    explored, task = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])
    assert GAME.shown(explored, task).tolist() == [0, 1, 2, 3]


def test_counts_agree_with_each_other():
    counts = Counts(GAME)
    counts.add(3000, np.random.default_rng(0))
    assert counts.tried.sum() == counts.told.sum() == counts.task_tried.sum() == 3000
    assert counts.paid.sum() == counts.task_paid.sum()
    assert (counts.told[:2] * (1 - np.eye(2)) == 0).all()  # action 0 never lies
    assert (counts.paid[0, 1:] == 0).all() and (counts.paid[0, 0] == counts.tried[0, 0])
    assert counts.paid[2, 0] / counts.tried[2, 0] == pytest.approx(0.5, abs=0.15)


def test_information_rewards_by_hand():
    counts = Counts(GAME)
    counts.told[:] = [[3, 0], [0, 1], [1, 1], [2, 0]]
    revealing = (3 * np.log(4 / 5) + np.log(2 / 3)) / 4 + np.log(2)
    assert information_rewards(counts) == pytest.approx([revealing, 0.0, np.log(3 / 4) + np.log(2)])


def test_end_to_end_needs_the_right_execution_after_the_revealing_action():
    counts = Counts(GAME)
    counts.tried[:], counts.paid[:] = 2, 0
    counts.paid[0, 0] = counts.paid[1, 1] = 2
    counts.paid[2, 0] = counts.paid[3, 1] = 1
    assert end_to_end_is_optimal(counts)
    counts.paid[2, 0] = 2  # a lucky row looks as good
    assert not end_to_end_is_optimal(counts)
    counts.paid[2, 0] = 1
    counts.tried[1], counts.paid[1] = [2, 0, 2], 0  # the right execution of task 1 was not met
    assert not end_to_end_is_optimal(counts)


def test_apart_neither_needs_the_other():
    counts = Counts(GAME)
    counts.told[:] = [[3, 0], [0, 3], [2, 2], [1, 2]]
    counts.task_tried[:] = 1
    counts.task_paid[:] = np.eye(2, 3)
    assert decoupled_is_optimal(counts) and not end_to_end_is_optimal(counts)
    counts.told[1] = 0  # task 1 was never shown: it cannot be decoded
    assert not decoupled_is_optimal(counts)


def test_samples_grow_faster_end_to_end():
    rng = np.random.default_rng(1)
    means = {}
    for actions in (4, 16):
        runs = [samples_until_optimal(RevealingGame(actions, 2), 100_000, rng) for _ in range(10)]
        means[actions] = {name: np.mean([run[name] for run in runs]) for name in runs[0]}
    slopes = {name: np.log(means[16][name] / means[4][name]) / np.log(4) for name in means[4]}
    assert slopes["decoupled"] < 1.7 < slopes["end_to_end"]
    assert means[16]["decoupled"] < means[16]["end_to_end"]


def test_too_few_trials_are_not_a_number():
    assert np.isnan(samples_until_optimal(GAME, 2, np.random.default_rng(0))["end_to_end"])


@pytest.mark.parametrize(
    ("sizes", "message"),
    [((4, 1), "tasks is 1, must be at least 2"), ((2, 3), "actions is 2, must be at least tasks = 3")],
)
def test_impossible_games_are_one_line(sizes, message):
    with pytest.raises(ValueError) as error:
        RevealingGame(*sizes)
    assert str(error.value) == message
