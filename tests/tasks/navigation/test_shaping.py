"""Tests of the fewest moves to a target, and of the rewards that they shape."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.navigation import exact
from athanor.tasks.navigation.environment import Target, navigation
from athanor.tasks.navigation.rules import CLEAN, OBSTACLE_LEVELS, RELEASED, target_cells
from athanor.tasks.navigation.shaping import ShapedNavigation, shaped_targets
from athanor.tasks.navigation.targets import RELEASED_TARGETS


@pytest.mark.parametrize("rules", [RELEASED, CLEAN])
def test_moves_to_a_target_by_hand(rules) -> None:
    # The upright arm stands at x = 50 for 30 < y < 70: from (51, 40) to (49, 40) the way leads under its end.
    moves = exact.moves_to(rules, np.array([[49, 40], [60, 60]]))
    assert moves[0, 49, 40] == 0
    assert moves[0, 48, 42] == 2
    assert moves[0, 51, 40] == 20  # down ten to (50, 30), up ten
    assert moves[0, 50, 40] == exact.UNREACHED  # on the arm
    assert moves[1, 99, 99] == 39


def test_moves_to_equal_moves_from_the_start() -> None:
    cells = target_cells(RELEASED, RELEASED_TARGETS)
    there = exact.moves_from_start(RELEASED)[cells[:, 0], cells[:, 1]]
    back = exact.moves_to(RELEASED, cells)[:, RELEASED.start_cell[0], RELEASED.start_cell[1]]
    np.testing.assert_array_equal(back, there)


@pytest.mark.parametrize("obstacles", OBSTACLE_LEVELS)
def test_obstacles_enclose_no_cell_so_that_every_potential_is_a_number_of_moves(obstacles) -> None:
    env = navigation(replace(RELEASED, obstacles=obstacles))
    potential = np.asarray(shaped_targets(env, env.targets_at(((2.5, 2.4), (6.7, 9.3)))).potential)
    assert potential[0, 25, 24] == potential[1, 67, 93] == 0.0
    assert (potential == 0.0).sum() == 2
    assert (potential <= 0.0).all()


def test_on_an_obstacle_the_potential_is_lower_than_on_either_side() -> None:
    env = navigation(RELEASED)
    potential = np.asarray(shaped_targets(env, env.targets_at(((2.5, 2.4),))).potential[0])
    assert potential[50, 40] == potential[51, 39:42].min() - 1  # its other side is nearer
    assert potential[50, 50] == potential[51, 51] - 1


def test_shaping_pays_for_moves_nearer_and_adds_up() -> None:
    # Discounted, an episode's additions are weight (discount^T phi(s_T) - phi(s_0)), whatever the way.
    game = navigation(replace(RELEASED, horizon=12))
    env = ShapedNavigation(game, weight=10.0, discount=0.9)
    task = jax.tree.map(lambda leaf: leaf[0], shaped_targets(game, game.targets_at(((2.5, 2.4),))))
    rng, key = np.random.default_rng(0), jax.random.key(0)
    start = state = env.reset(task, key)
    added = []
    for action in rng.integers(8, size=env.steps):
        before, reference = state, game.step(task.target, state, jnp.int32(action), key)
        state, transition = env.step(task, state, jnp.int32(action), key)
        assert jax.tree.all(jax.tree.map(lambda a, b: bool((a == b).all()), state, reference[0]))
        assert env.squared_distance(task, state) == game.squared_distance(task.target, state)
        np.testing.assert_array_equal(env.observe(task, state), game.observe(task.target, state))
        added.append(float(transition.reward - reference[1].reward))
        nearer = phi(task, state) - phi(task, before)
        assert added[-1] == pytest.approx(10 * (nearer - 0.1 * phi(task, state)), rel=1e-5)
    total = np.dot(added, 0.9 ** np.arange(env.steps))
    expected = 10 * (0.9**env.steps * phi(task, state) - phi(task, start))
    assert total == pytest.approx(expected, rel=1e-5)


def phi(task, state) -> float:
    x, y = np.clip(np.asarray(state.cell), 0, 100)
    return float(task.potential[x, y])


def test_outside_the_square_the_nearest_cell_inside_counts() -> None:
    game = navigation(RELEASED)
    env = ShapedNavigation(game, weight=1.0, discount=1.0)
    task = jax.tree.map(lambda leaf: leaf[0], shaped_targets(game, Target(jnp.array([[25, 24]]))))
    state, key = env.reset(task, jax.random.key(0)), jax.random.key(0)
    added = []
    for _ in range(3):  # to y = 100, 101, 102
        _, unshaped = game.step(task.target, state, jnp.int32(0), key)
        state, transition = env.step(task, state, jnp.int32(0), key)
        added.append(float(transition.reward - unshaped.reward))
    assert added == [-1.0, 0.0, 0.0]


def test_after_the_end_nothing_is_paid() -> None:
    game = navigation(replace(RELEASED, horizon=2))
    env = ShapedNavigation(game, weight=1.0, discount=0.9)
    task = jax.tree.map(lambda leaf: leaf[0], shaped_targets(game, Target(jnp.array([[25, 24]]))))
    state, key = env.reset(task, jax.random.key(0)), jax.random.key(0)
    rewards = []
    for _ in range(4):
        state, transition = env.step(task, state, jnp.int32(5), key)
        rewards.append(float(transition.reward))
    assert all(rewards[:2])
    assert rewards[2:] == [0.0, 0.0]
