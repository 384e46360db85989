"""Tests of training MAML and FOMAML: one tiny training, and distances worked by hand."""

import jax
import numpy as np
import pytest

from athanor.experiments.navigation.first_order import training
from athanor.experiments.navigation.first_order.config import FirstOrder
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.methods import End
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import RELEASED

ENV = navigation(RELEASED)
STUDY = FirstOrder(
    released_episodes=2,
    held_out=2,
    trajectories=3,
    shown_targets=(1, 0),
    solved_targets=1,
    shown_trajectories=2,
)
ENVIRONMENT = Environment(horizon=12)


def test_held_out_targets_are_not_trained_on() -> None:
    key = jax.random.key(0)
    first = training.held_out(ENV, np.zeros((1, 2), int), 8, key)
    again = training.held_out(ENV, first[2:3], 8, key)
    assert not (again == first[2]).all(1).any()


def test_final_distances_by_hand() -> None:
    """One seed, two targets, one step, two trajectories; the second target's run diverged."""
    cell = np.array([[50.0, 50.0], [60.0, 93.0]])
    cells = np.array([[67, 93], [43, 96]])
    distance = np.array([[5.0, 0.4], [np.nan, np.nan]])[None, :, None]
    end = End(distance**2, distance, -distance, np.broadcast_to(cell, (1, 2, 1, 2, 2)))
    table = training.final_distances(RELEASED, end, cells, 1, 0.5)
    row = table.iloc[0]
    assert (row.targets, row.target, row.x, row.y) == ("fixed", 0, 6.7, 9.3)
    assert row[["distance", "squared_distance", "reward", "in_cross", "near"]].tolist() == [
        2.7,
        12.58,
        -2.7,
        0.5,
        0.5,
    ]
    assert table.iloc[1][["targets", "target"]].tolist() == ["held_out", 0]
    assert table.iloc[1][["distance", "in_cross", "near"]].isna().all()


def test_an_unknown_algorithm_is_named() -> None:
    with pytest.raises(ValueError, match="algorithm is reptile, must be one of maml, fomaml"):
        training.known("reptile")
