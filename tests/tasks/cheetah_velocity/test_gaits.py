"""Gaits against numbers by hand; the search finds faster and better ones than it starts with."""

import numpy as np
import pytest

from athanor.tasks.cheetah_velocity import gaits
from athanor.tasks.cheetah_velocity.environment import CheetahVelocity
from athanor.tasks.cheetah_velocity.physics import JOINTS, ROW, advance

GAME = CheetahVelocity(steps=20)


def test_torques_by_hand():
    gait = np.zeros((1, gaits.SIZE))
    gait[0, [0, 1, 2]] = 0.5, 0.5, 2.0
    gait[0, [7, 8]] = np.pi / 2
    gait[0, 12], gait[0, 17], gait[0, 18] = 0.1, -0.3, 5.0  # a quarter of a turn per step of 0.05 s
    assert np.allclose(gaits.torques(gait, 0), [[0.1, 0.5, 1, 0, 0, -0.3]])
    assert np.allclose(gaits.torques(gait, 1), [[0.6, 0, 0, 0, 0, -0.3]])
    assert np.allclose(gaits.torques(gait, 2), [[0.1, -0.5, -1, 0, 0, -0.3]])


def test_returns_by_hand():
    velocity = np.array([[1.0, 0.0], [1.5, -1.0], [3.0, 2.0]])
    assert gaits.returns_of(velocity, np.array([1.0, 2.0])).tolist() == [[1.5, 0.5 + 0.75 + 0.5], [0, 1]]


def test_middles_by_hand():
    assert gaits.middles(GAME)[[0, -1]] == pytest.approx([0.55, 2.95])


def test_velocities_are_those_of_the_stepper():
    rng = np.random.default_rng(0)
    some = rng.uniform(0, 1, (3, gaits.SIZE))
    still = CheetahVelocity(steps=5, noise=0.0)
    rows = np.zeros((3, ROW))
    for step, velocity in enumerate(gaits.velocities(still, some, rng)):
        before = rows
        rows, _ = advance(rows, gaits.torques(some, step))
        assert np.allclose(velocity, (rows[:, 0] - before[:, 0]) / 0.05)
    assert np.abs(rows[:, JOINTS]).max() > 0.01


def test_the_search_finds_better_gaits_than_drawn_ones(monkeypatch):
    monkeypatch.setattr(gaits, "FIRST", 30)
    monkeypatch.setattr(gaits, "CHILDREN", 40)
    monkeypatch.setattr(gaits, "TRIES", 1)
    monkeypatch.setattr(gaits, "ROUNDS", 0)
    game, own = CheetahVelocity(steps=40), np.arange(gaits.CELLS)

    def mean_return(found):
        on_others = [gaits.velocities(game, found, np.random.default_rng(seed)) for seed in (7, 8)]
        return np.mean([gaits.returns_of(velocity, gaits.middles(game))[own, own] for velocity in on_others])

    drawn = mean_return(gaits.search(game, np.random.default_rng(0)))
    monkeypatch.setattr(gaits, "ROUNDS", 4)
    searched = mean_return(gaits.search(game, np.random.default_rng(0)))
    assert 40 > searched > drawn + 1
