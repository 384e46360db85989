"""Simulated agents against the plain stepper, and the rows."""

import jax
import numpy as np
import pytest

from athanor.tasks.cheetah_velocity import gaits, returns
from athanor.tasks.cheetah_velocity.environment import CheetahVelocity
from athanor.tasks.cheetah_velocity.physics import ROW, advance

GAME = CheetahVelocity(steps=10, noise=0.0)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(returns, "EPISODES", 12)
    monkeypatch.setattr(gaits, "FIRST", 12)
    monkeypatch.setattr(gaits, "CHILDREN", 12)
    monkeypatch.setattr(gaits, "ROUNDS", 1)
    monkeypatch.setattr(gaits, "TRIES", 1)


def plain(some, choose, target):
    """Return what a gait chosen at each step, from what was met so far, earns on one target."""
    row, total, met = np.zeros((1, ROW)), 0.0, []
    for step in range(GAME.steps):
        torque = gaits.torques(some, step)[choose(met)].astype(np.float32)
        row, velocity = advance(row, torque[None].astype(float))
        reward = max(1 - abs(velocity[0] / target - 1), 0)
        total += reward
        met.append((velocity[0], reward))
    return total


def cell(velocity):
    return min(int((velocity - 0.5) / 0.1), 24)


def believed(met):
    """Return the cell of the mean of velocities on a fine grid that predict all rewards."""
    grid = np.linspace(0.5, 3, 20_001)
    possible = np.ones(len(grid), bool)
    for v, r in met:
        predicted = np.maximum(1 - np.abs(v / grid - 1), 0)
        possible &= np.abs(predicted - r) <= 3e-4 * abs(v) + 1e-9
    return cell(grid[possible].mean())


def tasks_of(key):
    keys = jax.vmap(lambda one: jax.random.split(one, 3)[0])(jax.random.split(key, returns.EPISODES))
    return np.asarray(jax.vmap(GAME.sample_task)(keys).velocity)


def test_scripted_agents_are_those_of_the_plain_stepper():
    some, key = gaits.search(GAME, np.random.default_rng(0)), jax.random.key(4)
    known, by_belief, random = returns.simulate(GAME, some, key)
    targets = tasks_of(key)
    for target, own in zip(targets, known, strict=True):
        assert own == pytest.approx(plain(some, lambda met, target=target: cell(target), target), abs=1e-3)
    # A mean may lie in the next cell for the grid: all but a few episodes agree.
    same = [
        abs(own - plain(some, believed, target)) < 1e-3
        for target, own in zip(targets, by_belief, strict=True)
    ]
    assert np.mean(same) >= 0.75
    assert not np.allclose(known, by_belief) and not np.allclose(known, random)


def test_rows_of_returns(monkeypatch):
    monkeypatch.setitem(returns.SETTINGS, "small", CheetahVelocity(steps=20))
    rows = {row.agent: row for row in returns.exact_returns("small", jax.random.key(0))}
    assert list(rows) == ["oracle", "bayes_optimal", "scripted_oracle", "scripted_belief", "random"]
    assert all(0 <= row.lower <= row.expected_return <= row.upper <= 20 for row in rows.values())
    assert rows["oracle"].upper == rows["bayes_optimal"].upper == 20
    assert rows["oracle"].lower >= rows["bayes_optimal"].lower == rows["scripted_belief"].lower
    assert rows["scripted_oracle"].expected_return > rows["random"].expected_return


def test_an_unknown_setting_is_one_line():
    with pytest.raises(ValueError) as error:
        returns.exact_returns("huge", jax.random.key(0))
    assert str(error.value) == "setting is 'huge', must be one of 0.5_3_100"
