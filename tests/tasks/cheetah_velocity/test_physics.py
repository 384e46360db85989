"""Batches of half-cheetahs against Gymnasium's own environment, and against each other."""

import os
import sys
from importlib.util import find_spec
from types import ModuleType

import gymnasium
import mujoco
import numpy as np
import pytest

from athanor.tasks.cheetah_velocity.doubles import joined, split
from athanor.tasks.cheetah_velocity.physics import JOINTS, MOTORS, ROW, advance, model


def starts(count, seed=0):
    rng = np.random.default_rng(seed)
    rows = np.zeros((count, ROW))
    rows[:, : 2 * JOINTS] = 0.1 * rng.standard_normal((count, 2 * JOINTS))
    return rows, rng.uniform(-1, 1, (30, count, MOTORS))


def test_terms_by_hand():
    number = np.array([[1.0, 1 / 3, -1e-3]])
    terms = split(number)
    assert terms.shape == (1, 3, 3)
    assert (terms[0, 0] == number.astype(np.float32)).all()
    assert terms[0, 1:, 0].tolist() == [0, 0]
    assert terms[0, 1, 1] == np.float32(1 / 3 - float(np.float32(1 / 3)))


def test_terms_sum_to_the_number_to_the_bit():
    rng = np.random.default_rng(0)
    number = rng.standard_normal((200, 9)) * 10.0 ** rng.integers(-12, 12, (200, 9))
    assert (joined(split(number)) == number).all()


def test_a_fall_by_hand():
    """Above the ground without torques, the centre of mass falls freely: by g t² / 2, to the order of the integrator."""
    rows = np.zeros((1, ROW))
    rows[0, 1] = 10.0
    cheetah = mujoco.MjData(model())

    def centre(row):
        cheetah.qpos[:] = row[:JOINTS]
        mujoco.mj_forward(model(), cheetah)
        return cheetah.subtree_com[0, 2]

    before = centre(rows[0])
    following, velocity = advance(rows, np.zeros((1, MOTORS)))
    assert centre(following[0]) - before == pytest.approx(-9.81 * 0.01**2 * (1 + 2 + 3 + 4 + 5), rel=1e-6)
    assert velocity == pytest.approx(0, abs=1e-6)


def test_the_model_has_the_mass_of_the_file_and_writes_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model.cache_clear()
    assert mujoco.mj_getTotalmass(model()) == pytest.approx(14)
    assert os.listdir(tmp_path) == []


def test_episodes_are_those_of_gymnasium_to_the_bit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where Gymnasium's model file makes MuJoCo write a warning
    if find_spec("imageio") is None:
        monkeypatch.setitem(sys.modules, "imageio", ModuleType("imageio"))  # pictures alone need it
    theirs = gymnasium.make("HalfCheetah-v5").unwrapped
    rows, actions = starts(3)
    theirs.reset(seed=0)
    theirs.set_state(rows[1, :JOINTS], rows[1, JOINTS : 2 * JOINTS])
    for action in actions:
        observation, _, _, _, info = theirs.step(action[1])
        rows, velocity = advance(rows, action)
        assert (rows[1, 1 : 2 * JOINTS] == observation).all()
        assert velocity[1] == info["x_velocity"]
    assert np.abs(observation).max() > 1  # something has happened


def test_a_cheetah_alone_is_as_among_others_to_the_bit():
    rows, actions = starts(5)
    alone = rows[2:3]
    for action in actions:
        rows, velocity = advance(rows, action)
        alone, own = advance(alone, action[2:3])
        assert (rows[2] == alone[0]).all() and velocity[2] == own[0]


def test_a_batch_remembers_nothing():
    rows, actions = starts(2)
    first, _ = advance(rows, actions[0])
    advance(first, actions[1])
    again, _ = advance(rows, actions[0])
    assert (first == again).all()


def test_mirrored_order_is_mirrored_results():
    rows, actions = starts(4)
    forwards, _ = advance(rows, actions[0])
    backwards, _ = advance(rows[::-1], actions[0][::-1])
    assert (forwards == backwards[::-1]).all()
