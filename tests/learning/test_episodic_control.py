"""Episodic control: values by hand, its two traps, a plain table as an independent twin, and what it learns."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Box
from athanor.learning.episodic_control import (
    EpisodicControl,
    empty,
    episodic_learner,
    estimates,
    greedy,
    remember,
    write,
)
from athanor.learning.rollout import Rollout
from athanor.learning.training import begin, train
from athanor.tasks.deep_sea.environment import DeepSea
from athanor.tasks.deep_sea.exact import optimal
from athanor.tasks.maze import exact
from athanor.tasks.maze.environment import Maze, Walls

SETTINGS = EpisodicControl(capacity=4, neighbours=2, untried=-7.0)
WRITE = jax.jit(write)
ESTIMATES = jax.jit(estimates, static_argnums=0)


def stored(*writings, capacity=4):
    """Return a table of two actions after writings (action, key, value), keys on a line."""
    table = empty(capacity, 2, 1)
    for action, key, value in writings:
        table = WRITE(table, jnp.int32(action), jnp.array([key], jnp.float32), jnp.float32(value))
    return table


def at(table, key, settings=SETTINGS):
    return ESTIMATES(settings, table, jnp.array([key], jnp.float32)).tolist()


def test_the_best_return_is_kept_by_hand():
    table = stored((0, 1.0, 3.0), (0, 1.0, 5.0), (0, 1.0, 4.0))
    assert at(table, 1.0) == [5.0, -7.0]


def test_what_is_new_is_the_mean_of_the_nearest_by_hand():
    table = stored((0, 0.0, 1.0), (0, 1.0, 2.0), (0, 5.0, 9.0), (1, 9.0, 4.0))
    assert at(table, 0.4) == [1.5, 4.0]  # of fewer than k, the mean of those
    assert at(table, 4.0) == [5.5, 4.0]


def test_place_zero_is_a_place_like_any_other():
    """Its stored value is found, and not averaged with its neighbours; nor is a new key taken for it."""
    table = stored((0, 0.0, 1.0), (0, 2.0, 5.0))
    assert at(table, 0.0)[0] == 1.0
    table = WRITE(table, jnp.int32(0), jnp.array([1.0]), jnp.float32(9.0))
    assert at(table, 0.0)[0] == 1.0 and at(table, 1.0)[0] == 9.0
    assert at(stored((0, 3.0, 1.0)), 0.0)[0] == 1.0  # an empty place's key, 0, is none


def test_untried_actions_are_worth_the_setting_and_never_infinite():
    table = empty(4, 2, 1)
    assert at(table, 0.0) == [-7.0, -7.0]
    assert np.isfinite(at(stored((0, 1.0, -2.0)), 5.0)).all()


def test_the_entry_written_longest_ago_makes_room():
    writings = [(0, float(key), float(key)) for key in range(4)]
    table = stored(*writings, (0, 0.0, 0.0), (0, 9.0, 9.0))  # 0 was written again: 1 is the oldest
    assert sorted(table.entries.key[0, :, 0].tolist()) == [0.0, 2.0, 3.0, 9.0]


def test_ties_and_exploration_by_hand():
    probability = greedy(0.2, jnp.array([1.0, 3.0, 3.0, 0.0]))
    assert probability.tolist() == pytest.approx([0.05, 0.45, 0.45, 0.05])


def episode(keys, actions, rewards, ended):
    """Return a rollout whose last steps may lie after its end."""
    valid = jnp.arange(len(actions)) < ended
    observation = jnp.array([*keys, keys[-1]], jnp.float32)[:, None]
    going_on = jnp.where(jnp.arange(len(actions)) < ended - 1, 1.0, 0.0)
    reward = jnp.where(valid, jnp.array(rewards, jnp.float32), 0.0)
    none = jnp.zeros(len(actions))
    return Rollout(observation, jnp.array(actions), reward, going_on, none, valid, valid, ())


def test_an_episode_is_remembered_by_hand():
    # Returns 2 + .5 · (0 + .5 · 4) = 3, 2 and 4; what follows the end is left out.
    settings = EpisodicControl(capacity=4, neighbours=1, discount=0.5, untried=-7.0)
    played = episode([0, 1, 0, 3], [0, 1, 0, 0], [2.0, 0.0, 4.0, 50.0], ended=3)
    table = jax.jit(remember, static_argnums=0)(settings, empty(4, 2, 1), played)
    assert at(table, 0.0, settings)[0] == 4.0  # twice in the episode: the better return
    assert at(table, 1.0, settings)[1] == 2.0
    assert int(table.writings) == 3 and at(table, 3.0, settings)[0] == 4.0  # 3 itself is not stored


def test_it_is_the_table_of_a_plain_dictionary():
    rng, plain, writings = np.random.default_rng(0), {}, []
    for _ in range(60):
        action, key, value = int(rng.integers(2)), float(rng.integers(20)), float(rng.normal())
        writings.append((action, key, value))
        plain[action, key] = max(plain.get((action, key), -np.inf), value)
    table = stored(*writings, capacity=40)
    for (action, key), value in plain.items():
        assert at(table, key)[action] == pytest.approx(value)


def learnt(rules, task, episodes, runs, settings):
    """Return tables and returns of runs on one task."""
    learner = episodic_learner(settings, rules)
    tasks = jax.tree.map(lambda leaf: leaf[None], task)

    def run(key):
        finished, log, _ = train(learner, lambda key, episode: tasks, begin(learner, key), episodes, key)
        return finished.state, log.measure[:, 0, 0]

    return jax.jit(jax.vmap(run))(jax.random.split(jax.random.key(3), runs))


def errors(table, best, size):
    """Return, by run, action and place, how far stored values lie above the optimum, −∞ where nothing is stored."""
    cell = np.rint(np.asarray(table.entries.key) * (size - 1)).astype(int) @ np.array([size, 1])
    optimum = best[cell, np.arange(4)[None, :, None]]
    return np.where(
        np.asarray(table.entries.written) >= 0, np.asarray(table.entries.value) - optimum, -np.inf
    )


@pytest.mark.parametrize("slip", [0.0, 0.3])
def test_it_never_exceeds_the_optimum_unless_moves_slip(slip):
    rules = Maze(size=4, steps=40, slip=slip)
    passages = exact.sampled_walls(rules, 1)
    settings = EpisodicControl(capacity=16, exploration=0.2)
    table, returns = learnt(rules, Walls(jnp.asarray(passages)), 60, 4, settings)
    best = exact.optimum(rules, passages).values[-1]
    found = errors(table, best, 4)
    assert (found.max() > 0.02) if slip else (found.max() < 1e-5)
    if not slip:
        assert np.asarray(returns).max() == pytest.approx(best[0].max(), abs=1e-5)
        assert np.asarray(returns)[:, -20:].mean() > np.asarray(returns)[:, :5].mean()


def test_the_best_dive_is_found():
    rules = DeepSea(size=4)
    task = rules.sample_task(jax.random.key(0))
    _, returns = learnt(rules, task, 80, 4, EpisodicControl(capacity=16, exploration=0.3))
    assert np.asarray(returns).max() == pytest.approx(optimal(rules), abs=1e-6)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"capacity": 0}, "capacity is 0, must be from 1 to 1000000"),
        ({"capacity": 5}, "neighbours is 11, must be from 1 to 5, the capacity"),
        ({"discount": 1.5}, "discount is 1.5, must be from 0 to 1"),
        ({"exploration": -1.0}, "exploration is -1.0, must be from 0 to 1"),
        ({"untried": float("inf")}, "untried is inf, must be finite"),
    ],
)
def test_impossible_settings_are_one_line(settings, line):
    with pytest.raises(ValueError) as error:
        EpisodicControl(**settings)
    assert str(error.value) == line


def test_real_actions_have_no_table(corridor):
    class Push(type(corridor)):
        action = Box((-1.0,), (1.0,))

    with pytest.raises(ValueError, match=r"^action is Box.*, must be Discrete for a table of actions$"):
        episodic_learner(EpisodicControl(), Push())
